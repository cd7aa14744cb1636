import matplotlib.pyplot as plt
import numpy as np


def network_fit(X, y, line, network):
    """The data, the line w·x + b and the curve of network(x)

    line is the pair (w, b); network takes an array of shape (k,).
    Raises: ValueError unless X and y have one shape and are finite.
    """
    if not np.isfinite([X, y]).all():
        raise ValueError("X and y must be finite")
    w, b = line
    margin = 0.1 * np.ptp(X)
    x = np.linspace(np.min(X) - margin, np.max(X) + margin, 200)
    fig, ax = plt.subplots(figsize=(5.2, 3.8))
    fig.subplots_adjust(left=0.14, bottom=0.14)
    ax.plot(x, w * x + b, "--", color="0.5", linewidth=2, label="line")
    ax.plot(x, network(x), color="C0", linewidth=2.5, label="network")
    ax.plot(X, y, "o", color="C4", markersize=8, label="data")
    ax.set(xlabel="x", ylabel="y")
    ax.legend(frameon=False, loc="lower right")
    return fig
