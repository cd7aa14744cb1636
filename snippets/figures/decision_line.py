import matplotlib.pyplot as plt
import numpy as np


def decision_line(X, y, w, names, labels):
    """Two classes of points, and where w₀ + w₁·x₁ + w₂·x₂ = 0

    X has shape (n, 2), y (n,), of 0 and 1, and w (3,); names are those
    of the two classes, labels those of the two axes. Points on the
    wrong side of the line have a ring.
    Raises: ValueError if it is not so, if X or w is not finite, or if
    w₁ = w₂ = 0.
    """
    X, y, w = np.asarray(X, float), np.asarray(y), np.asarray(w, float)
    if [X.shape, y.shape, w.shape] != [(y.size, 2), (y.size,), (3,)]:
        raise ValueError("X must have shape (n, 2), y (n,) and w (3,)")
    finite = np.isfinite(X).all() and np.isfinite(w).all()
    if not (finite and w[1:].any() and np.isin(y, [0, 1]).all()):
        raise ValueError("X and w must be finite, w not 0, y of 0 and 1")
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
    low, high = np.transpose([ax.get_xlim(), ax.get_ylim()])
    size, middle = high - low, (low + high) / 2
    normal, shift = w[1:] * size, w[0] + w[1:] @ middle  # in units of the view
    normal, shift = normal / np.hypot(*normal), shift / np.hypot(*normal)
    nearest, along = -shift * normal, np.array([-normal[1], normal[0]])
    ends = middle + size * [nearest - along, nearest + along]  # outside of it
    ax.plot(*ends.T, color="black", linewidth=1.5)
    ax.set(xlabel=labels[0], ylabel=labels[1])
    ax.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 1), ncols=3)
    return fig
