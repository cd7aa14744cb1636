import matplotlib.pyplot as plt
import numpy as np


def loss_curves(gaps, labels, xlabel="step"):
    """L(xₖ) − min L against the step k, on a logarithmic axis

    gaps: up to four arrays, one per run, each with its label. A gap
    that shrinks by the same factor every step is a straight line.
    """
    fig, ax = plt.subplots(figsize=(5.2, 3.8))
    fig.subplots_adjust(left=0.17, right=0.78, bottom=0.14)
    ends = []
    looks = [("C3", "-"), ("C5", "--"), ("C1", "-."), ("C0", ":")]
    looks = looks[: len(gaps)]
    for gap, label, (color, line) in zip(gaps, labels, looks, strict=True):
        ax.semilogy(gap, line, color=color)
        k = np.flatnonzero(np.greater(gap, 0))[-1]  # the last one drawn
        ends.append((gap[k], k, label, color))
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
