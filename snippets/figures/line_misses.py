import matplotlib.pyplot as plt
import numpy as np


def line_misses(X, y, w, b):
    """The points (xᵢ, yᵢ), the line w·x + b, and each w·xᵢ + b − yᵢ

    X and y have shape (n,). A miss is the upright stretch from a point
    to the line, and its number stands beside it.
    Raises: ValueError unless X and y have one shape, and all is finite.
    """
    if not np.isfinite([X, y]).all() or not np.isfinite([w, b]).all():
        raise ValueError("X, y, w and b must be finite")
    fig, ax = plt.subplots(figsize=(5.6, 3.8))
    fig.subplots_adjust(left=0.12, bottom=0.14)
    room = 0.08 * np.ptp(X)
    ends = np.array([np.min(X) - 3 * room, np.max(X) + 3 * room])
    ax.plot(ends, w * ends + b, color="C0", linewidth=2.5)
    for xi, yi in zip(X, y, strict=True):
        on_line = w * xi + b
        ax.plot([xi, xi], [yi, on_line], color="C3")
        number = f"{on_line - yi:.4g}".replace("-", "−")
        clear = "right" if (on_line < yi) == (w > 0) else "left"
        at = xi - room / 3 if clear == "right" else xi + room / 3
        middle = {"ha": clear, "va": "center", "color": "C3"}
        ax.text(at, (yi + on_line) / 2, number, **middle)
    ax.plot(X, y, "o", color="C4", markersize=8, zorder=3)
    ax.set(xlabel="x", ylabel="y", xlim=ends)
    return fig
