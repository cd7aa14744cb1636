import matplotlib.pyplot as plt
import numpy as np


def fitted_line(X, y, lines, labels, axes=("x", "y"), size=8):
    """The data and the lines y = w·x + b; the last is the bold one

    lines: pairs (w, b), with one label each. axes names the two axes,
    size is that of the points.
    Raises: ValueError unless X and y have one shape, and all is finite.
    """
    if not (np.isfinite([X, y]).all() and np.isfinite(lines).all()):
        raise ValueError("X, y and the lines must be finite")
    fig, ax = plt.subplots(figsize=(5.2, 3.8))
    fig.subplots_adjust(left=0.14, right=0.72, bottom=0.14, top=0.9)
    margin = 0.1 * np.ptp(X)
    ends = np.array([np.min(X) - margin, np.max(X) + margin])
    ax.plot(X, y, "o", color="C4", markersize=size, zorder=3)
    for w, b in lines[:-1]:
        ax.plot(ends, w * ends + b, color="0.5")
    w, b = lines[-1]
    ax.plot(ends, w * ends + b, color="C0", linewidth=2.5, zorder=4)

    named = zip(lines, labels, strict=True)
    heights = [w * ends[1] + b for (w, b), _ in named]
    low, high = ax.get_ylim()
    at = -np.inf
    for i in np.argsort(heights):
        at = max(heights[i], at + 0.06 * (high - low))
        color = "C0" if i == len(lines) - 1 else "0.5"
        ax.text(ends[1], at, "  " + labels[i], color=color, va="center")
    ax.set(xlabel=axes[0], ylabel=axes[1], xlim=ends)
    return fig
