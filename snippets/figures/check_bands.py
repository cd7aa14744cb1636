import matplotlib.pyplot as plt
import numpy as np


def check_bands(errors, labels):
    """Relative errors of gradient checks between the limits of trust

    errors: a number, or array of any shape, for each label, from the top;
    its largest entry counts, and is the filled dot. What is rounding
    alone, below 1e-9, stands there.
    Raises: ValueError if an error is negative or NaN.
    """
    if not all(np.all(np.asarray(error) >= 0) for error in errors):
        raise ValueError("no error may be negative or NaN")
    left, low, high = 3e-10, 1e-9, 10
    fig, ax = plt.subplots(figsize=(6.2, 1.3 + 0.36 * len(labels)))
    fig.subplots_adjust(left=0.32, bottom=0.62 / fig.get_figheight())
    fig.subplots_adjust(top=1 - 0.3 / fig.get_figheight())
    names = ["right", "fair", "suspicious", "wrong"]
    limits = [left, 1e-7, 1e-4, 1e-2, high]
    for limit in limits[1:-1]:
        ax.axvline(limit, color="0.5", linewidth=0.8)
    for name, start, end in zip(names, limits[:-1], limits[1:], strict=True):
        middle = np.sqrt(start * end)
        ax.text(middle, -0.75, name, ha="center", color="0.5", size=10)
    for row, error in enumerate(errors):
        shown = np.clip(np.ravel(error), low, high)
        colors = np.where(shown > 1e-2, "C3", "C2")
        worst = shown.argmax()
        ax.plot([left, shown[worst]], [row, row], color="0.5", linewidth=0.6)
        for entry, color in zip(shown, colors, strict=True):
            ax.plot(entry, row, "|", color=color, markersize=9)
        ax.plot(shown[worst], row, "o", color=colors[worst], clip_on=False)
    ax.set(xscale="log", xlim=(left, high), ylim=(len(labels) - 0.4, -0.6))
    ax.set(xlabel="relative error", ylabel="gradient")
    ax.set_yticks(range(len(errors)), labels)
    ax.set_xticks([1e-9, 1e-7, 1e-4, 1e-2, 1])
    ax.set_xticklabels(["1e-9", "1e-7", "1e-4", "0.01", "1"])
    ax.minorticks_off()
    return fig
