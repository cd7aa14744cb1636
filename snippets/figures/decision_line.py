import matplotlib.pyplot as plt
import numpy as np


def decision_line(X, y, w, names, labels):
    """Two classes of points, and where w₀ + w₁·x₁ + w₂·x₂ = 0

    X has shape (n, 2), y holds 0 and 1; names are those of the two
    classes, labels those of the two axes. Points on the wrong side of
    the line have a ring.
    Raises: ValueError unless y is of 0 and 1, and X is finite.
    """
    X, y, w = np.asarray(X), np.asarray(y), np.asarray(w)
    if y.shape != X.shape[:1] or not np.isin(y, [0, 1]).all():
        raise ValueError("y must have shape (n,) and hold 0 and 1")
    if not np.isfinite(X).all():
        raise ValueError("X must be finite")
    fig, ax = plt.subplots(figsize=(5.4, 4.2))
    fig.subplots_adjust(left=0.14, bottom=0.13, top=0.9)
    wrong = (w[0] + X @ w[1:] > 0) != (y == 1)
    looks = [("o", "C4"), ("^", "C1")]
    for value, (marker, color) in enumerate(looks):
        points = X[y == value].T
        ax.plot(*points, marker, color=color, label=names[value], markersize=5)
    ax.plot(*X[wrong].T, "o", color="black", fillstyle="none", markersize=11,
            label="wrong side")  # fmt: skip
    ax.set(xlim=ax.get_xlim(), ylim=ax.get_ylim())
    normal, middle = np.array(w[1:]), -w[0] * np.array(w[1:]) / np.dot(w[1:], w[1:])
    along = np.outer([-1e3, 1e3], [-normal[1], normal[0]]) / np.linalg.norm(normal)
    ax.plot(*(middle + along).T, color="black", linewidth=1.5)
    ax.set(xlabel=labels[0], ylabel=labels[1])
    ax.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 1), ncols=3)
    return fig
