import matplotlib.pyplot as plt
import numpy as np


def loss_curves(gaps, labels, xlabel="step"):
    """L(xₖ) − min L against the step k, on a logarithmic axis

    gaps: up to four arrays of shape (k,), one per run, each with its
    label. A gap that shrinks by the same factor every step is a
    straight line.
    Raises: ValueError if there is nothing of a run that can be drawn.
    """
    fig, ax = plt.subplots(figsize=(5.2, 3.8))
    fig.subplots_adjust(left=0.17, right=0.78, bottom=0.14)
    ends = []
    looks = [("C3", "-"), ("C5", "--"), ("C1", "-."), ("C0", ":")]
    looks = looks[: len(gaps)]
    for gap, label, (color, line) in zip(gaps, labels, looks, strict=True):
        ax.semilogy(gap, line, color=color)
        drawn = [k for k, size in enumerate(gap) if 0 < size < np.inf]
        if not drawn:
            raise ValueError(f"no gap of {label!r} is positive and finite")
        ends.append((gap[drawn[-1]], drawn[-1], label, color))
    low, high = ax.get_ylim()
    room = (high / low) ** 0.065  # the height of a label, as a factor
    at = 0
    for gap, k, label, color in sorted(ends):
        at = max(gap, at * room)
        ax.text(k, at, "  " + label, color=color, va="center")
    ax.margins(x=0)
    ax.minorticks_off()
    ax.yaxis.set_major_formatter("{x:.0e}")
    ax.set(xlabel=xlabel, ylabel="loss minus its minimum")
    return fig
