import matplotlib.pyplot as plt
import numpy as np


def valley_directions(loss, grad, minimum, directions, labels, points):
    """Two lines through the minimum, and the way downhill from points

    loss(p) and grad(p) take p = (w, b). directions has shape (2, 2), a
    vector in each row, with one label each; points has shape (k, 2).
    The arrows all have one length: they only show where −∇L points.
    Both axes have one scale, so that a right angle is one.
    Raises: ValueError unless all is finite and of that shape.
    """
    points, directions = np.array(points), np.array(directions)
    shapes = (np.shape(minimum), directions.shape, points.shape[1:])
    if shapes != ((2,), (2, 2), (2,)):
        raise ValueError("minimum must have shape (2,), directions (2, 2), points (k, 2)")
    if not np.isfinite(np.vstack([points, directions, minimum])).all():
        raise ValueError("minimum, directions and points must be finite")

    minimum = np.asarray(minimum, dtype=float)
    size = 1.3 * np.max(np.abs(points - minimum), axis=0)
    size = np.maximum(size, 0.8 * np.max(size))
    w, b = np.linspace(minimum - size, minimum + size, 121).T
    height = np.array([[loss((wi, bi)) for wi in w] for bi in b])
    fig, ax = plt.subplots(figsize=(4.6, 4.6))
    fig.subplots_adjust(left=0.12, right=0.96, top=0.85, bottom=0.11)
    levels = np.unique(np.round([loss(p) for p in points], 9))
    ax.contour(w, b, height, levels, colors="0.5", linewidths=0.8)

    looks = zip(directions, labels, [("C0", "-"), ("C5", "--")], strict=True)
    for along, label, (color, line) in looks:
        reach = 3 * np.max(size) * along / np.linalg.norm(along)
        ends = np.transpose([minimum - reach, minimum + reach])
        ax.plot(*ends, line, color=color, linewidth=1.2, label=label)
    down = -np.array([grad(p) for p in points])
    down *= 0.3 * np.max(size) / np.linalg.norm(down, axis=1, keepdims=True)
    style = {"angles": "xy", "scale_units": "xy", "scale": 1, "zorder": 3}
    ax.quiver(*points.T, *down.T, color="C3", width=0.011, **style)
    ax.plot(*points.T, "o", color="black", markersize=5, zorder=4)
    ax.plot(*minimum, "*", color="black", markersize=12)
    ax.set(xlabel="weight w", ylabel="bias b", aspect="equal")
    ax.set(xlim=w[[0, -1]], ylim=b[[0, -1]])
    ax.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 1))
    return fig
