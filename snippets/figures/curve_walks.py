import matplotlib.pyplot as plt
import numpy as np


def curve_walks(f, df, paths, labels):
    """Walks x₀, x₁, … along the curve f(x), side by side

    paths: up to three arrays of shape (k,) from one start, each with
    its label. Dashed is the tangent at the start, of slope df(x₀). All
    pictures have one scale; a walk that leaves them goes farther from
    0 than 1.5 times the start.
    Raises: ValueError if a place is not finite, or they start apart or
    at 0.
    """
    starts = {float(path[0]) for path in paths}
    if not np.isfinite(np.hstack(paths)).all():
        raise ValueError("all places must be finite")
    if len(starts) != 1 or 0 in starts:
        raise ValueError(f"one start, and not 0, for all, got {starts}")
    (start,) = starts
    x = 1.5 * abs(start) * np.linspace(-1, 1, 101)
    top = np.max(f(x))
    down = start - f(start) / df(start)  # where the tangent meets 0

    looks = ["C3", "C5", "C1"][: len(paths)]
    fig, every = plt.subplots(1, len(paths), figsize=(4.4, 2.6), squeeze=False)
    fig.subplots_adjust(left=0.02, right=0.98, bottom=0.02, top=0.81)
    for ax, path, label, color in zip(every[0], paths, labels, looks, strict=True):
        path = np.asarray(path, dtype=float)
        ax.plot(x, f(x), color="0.5", linewidth=1.5)
        ax.plot([start, down], [f(start), 0], "--", color="0.5", linewidth=1.2)
        ax.plot(path, f(path), ".-", color=color, linewidth=1.2, markersize=7)
        ax.plot(start, f(start), "o", color="black")
        ax.plot(0, f(0), "*", color="black", markersize=12)
        ax.set(xlim=x[[0, -1]], ylim=(-0.08 * top, top))
        ax.set_title(label, color=color)
        ax.axis("off")
    return fig
