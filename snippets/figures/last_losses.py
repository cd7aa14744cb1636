import matplotlib.pyplot as plt
import numpy as np


def last_losses(losses, level, label):
    """The loss at the end of many runs, a dot each, as they came

    losses has shape (k,); the dashed line stands at level, with its
    label. The axis is logarithmic.
    Raises: ValueError unless losses has that shape, and all is positive
    and finite.
    """
    losses = np.asarray(losses, dtype=float)
    if losses.shape != (losses.size,) or losses.size == 0:
        raise ValueError("losses must be a row, not empty")
    if not np.all((np.append(losses, level) > 0) & (np.append(losses, level) < np.inf)):
        raise ValueError("losses and level must be positive and finite")
    fig, ax = plt.subplots(figsize=(5.2, 3.4))
    fig.subplots_adjust(left=0.17, bottom=0.16, top=0.9)
    ax.axhline(level, linestyle="--", color="0.5", linewidth=1.2)
    ax.plot(losses, "o", color="C3", markersize=7)
    ax.set_yscale("log")
    ax.minorticks_off()
    above = {"xytext": (0, 4), "textcoords": "offset points"}
    ax.annotate(label, (0, level), color="0.5", **above)
    low, high = min(*losses, level), max(*losses, level)
    room = (high / low) ** 0.1 * 1.5
    ax.set(xlabel="start", ylabel="loss at the end", ylim=(low / room, high * room))
    powers = np.arange(np.ceil(np.log10(low / room)), np.log10(high * room))
    ticks = 10.0 ** powers[:: 1 + len(powers) // 7]  # where each version draws them
    ax.set_yticks(ticks, [f"{tick:.0e}" for tick in ticks])
    ax.set_xticks(np.arange(0, losses.size, max(1, losses.size // 4)))
    return fig
