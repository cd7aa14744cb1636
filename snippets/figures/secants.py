import matplotlib.pyplot as plt
import numpy as np


def secants(f, df, x, hs):
    """Secants of slope (f(x + h) − f(x)) / h close on the tangent

    One secant through (x, f(x)) and (x + h, f(x + h)) for each h > 0
    of hs; the tangent has slope df(x).
    Raises: ValueError on an h that is not positive and finite.
    """
    if not all(0 < h < np.inf for h in hs):
        raise ValueError(f"every h must be positive and finite: {hs}")
    fig, ax = plt.subplots(figsize=(5.6, 3.8))
    fig.subplots_adjust(left=0.14, right=0.64, bottom=0.13)
    ends = np.array([x - 0.4 * max(hs), x + 1.15 * max(hs)])
    t = np.linspace(*ends, 200)
    ax.plot(t, f(t), color="C0", linewidth=2.5)
    ax.plot([x + h for h in hs], [f(x + h) for h in hs], "o", color="C0")
    ax.plot(x, f(x), "o", color="black", zorder=3)

    lines = [(df(x), "tangent", "C1")]
    for h in hs:
        lines.append(((f(x + h) - f(x)) / h, f"h = {h:g}", "0.5"))
    for slope, _, color in reversed(lines):
        ax.plot(ends, f(x) + slope * (ends - x), color=color)
    room = 0.065 * np.ptp(ax.get_ylim())  # the height of a label
    at = -np.inf
    for slope, label, color in sorted(lines):
        at = max(f(x) + slope * (ends[1] - x), at + room)
        number = f"{slope:.4g}".replace("-", "−")
        text = f"  {label}, slope {number}"
        ax.text(ends[1], at, text, color=color, va="center")
    ax.set(xlabel="x", ylabel="f(x)", xlim=ends)
    return fig
