import matplotlib.pyplot as plt
import numpy as np


def sigmoid_slope(sigmoid, slope, points):
    """a = σ(z), and below it its slope σ′(z), with tangents at points

    sigmoid and slope take arrays, and return their shape; points are
    numbers between −6 and 6.
    Raises: ValueError if a point lies elsewhere.
    """
    if not all(-6 <= point <= 6 for point in points):
        raise ValueError(f"every point must be between −6 and 6: {points}")
    fig, (above, below) = plt.subplots(2, 1, figsize=(5.6, 4.8))
    fig.subplots_adjust(left=0.14, bottom=0.12, top=0.97, hspace=0.42)
    z = np.linspace(-6, 6, 241)
    above.plot(z, sigmoid(z), color="C0", linewidth=2.5)
    below.plot(z, slope(z), color="C1", linewidth=2.5)
    for point in points:
        near = point + np.array([-1.1, 1.1])
        tangent = sigmoid(point) + slope(point) * (near - point)
        above.plot(near, tangent, color="C1")
        above.plot(point, sigmoid(point), "o", color="black", zorder=3)
        below.plot(point, slope(point), "o", color="black", zorder=3)
        number = f"{slope(point):.4f}"
        side, away = ("left", 0.3) if point >= 0 else ("right", -0.3)
        at = (point + away, slope(point) + 0.012)
        below.text(*at, number, color="C1", ha=side)
    above.set(xlabel="z", ylabel="a = σ(z)", ylim=(-0.08, 1.12))
    below.set(xlabel="z", ylabel="slope σ′(z)", ylim=(-0.02, 0.31))
    return fig
