import matplotlib.pyplot as plt
import numpy as np


def descent_paths(loss, paths, labels, minimum):
    """Each path p₀, p₁, … on the contours of loss(w, b)

    paths: up to three arrays of shape (k, 2), each with its label.
    From one contour to the next the height above the minimum grows by
    a constant factor, so that the valley and its walls both show.
    Raises: ValueError if a path has left the finite numbers.
    """
    corners = np.vstack([*paths, minimum])
    if not np.isfinite(corners).all():
        raise ValueError("paths and minimum must be finite")
    low, high = corners.min(axis=0), corners.max(axis=0)
    margin = 0.12 * (high - low)
    w, b = np.linspace(low - margin, high + margin, 81).T
    height = np.array([[loss(wi, bi) for wi in w] for bi in b])
    bottom = loss(*minimum)
    levels = bottom + np.geomspace(1e-3, 1, 13) * (height.max() - bottom)

    fig, ax = plt.subplots(figsize=(5.2, 4.2))
    fig.subplots_adjust(left=0.14, top=0.84, bottom=0.13)
    ax.contour(w, b, height, levels, colors="0.5", linewidths=0.6)
    style = {"linewidth": 1, "markersize": 4}
    looks = [("C3", ".-"), ("C5", "x--"), ("C1", "s:")][: len(paths)]
    for path, label, (color, line) in zip(paths, labels, looks, strict=True):
        ax.plot(*np.transpose(path), line, color=color, label=label, **style)
    ax.plot(*paths[0][0], "o", color="black", label="start")
    ax.plot(*minimum, "*", color="black", markersize=12, label="minimum")
    ax.set(xlabel="weight w", ylabel="bias b")
    ax.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 1), ncols=3)
    return fig
