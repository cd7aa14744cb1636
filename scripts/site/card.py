"""Draws the picture with which a link to a page is shown elsewhere. It runs as a block does."""

import base64
import io
import textwrap

import numpy as np
from matplotlib.figure import Figure


def card(f, path, title: str, above: str, colour: dict[str, str]) -> str:
    """A PNG of 1200 × 630 in base64: the title beside f and a path that descends it"""
    figure = Figure(figsize=(12, 6.3), dpi=100, facecolor=colour["paper"])
    axes = figure.add_axes((0.58, 0.09, 0.4, 0.82))
    axes.set_axis_off()
    x = np.linspace(-2.1, 2.1, 300)
    axes.plot(x, f(x), color=colour["fn"], linewidth=6, solid_capstyle="round")
    axes.plot(path, f(path), "o-", color=colour["loss"], linewidth=2.5, markersize=13)
    figure.text(0.06, 0.87, above, size=20, color=colour["ink-soft"], va="top")
    text = textwrap.fill(title, 17)
    figure.text(0.06, 0.5, text, size=40, color=colour["ink"], weight="bold", va="center")
    picture = io.BytesIO()
    figure.savefig(picture, format="png", transparent=False, metadata={"Software": None})
    return base64.b64encode(picture.getvalue()).decode()
