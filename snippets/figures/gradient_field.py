import matplotlib.pyplot as plt
import numpy as np


def gradient_field(f, grad, points):
    """∇f stands at right angles to the contour through its point

    points has shape (k, 2). Each gets its contour and its gradient as
    an arrow; the first also gets −∇f, the way that gradient descent
    goes. f(x, y) takes arrays; grad(x, y) returns shape (2,).
    Raises: ValueError unless points are finite, of that shape.
    """
    points = np.array(points, dtype=float)
    if points.shape[1:] != (2,) or not np.isfinite(points).all():
        raise ValueError("points must be finite, of shape (k, 2)")
    grads = np.array([grad(x, y) for x, y in points])
    size = 1.7 * np.max(np.abs(points))
    scale = 3 * np.max(np.hypot(*grads.T)) / size

    fig, ax = plt.subplots(figsize=(4.6, 4.4))
    fig.subplots_adjust(left=0.14, bottom=0.12)
    x, y = np.meshgrid(*[np.linspace(-size, size, 121)] * 2)
    through = np.unique(np.round(f(*points.T), 9))
    others = np.linspace(np.min(f(x, y)), np.max(f(x, y)), 13)
    apart = np.abs(others[:, None] - through).min(axis=1)
    others = others[apart > np.ptp(others) / 24]  # half their spacing
    grey = {"colors": "0.5", "linestyles": "solid"}
    ax.contour(x, y, f(x, y), others, linewidths=0.4, **grey)
    ax.contour(x, y, f(x, y), through, linewidths=1, **grey)

    style = {"angles": "xy", "scale_units": "xy", "scale": scale}
    ax.quiver(*points.T, *grads.T, color="C2", width=0.01, **style)
    ax.quiver(*points[0], *-grads[0], color="C3", width=0.01, **style)
    ax.plot(*points.T, "o", color="black", markersize=4)
    up = 1.25 * grads[0] / scale  # a little beyond the arrow's tip
    middle = {"ha": "center", "va": "center"}
    ax.text(*(points[0] + up), "∇f, uphill", color="C2", **middle)
    ax.text(*(points[0] - up), "−∇f, downhill", color="C3", **middle)
    ax.set(xlabel="x", ylabel="y", aspect="equal")
    return fig
