"""What every figure of the course must be, checked on the figure as the site draws it."""

import re
from itertools import combinations
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import pytest
from matplotlib.colors import to_rgba, to_rgba_array
from matplotlib.text import Text

ALLOWED = ["C0", "C1", "C2", "C3", "C4", "C5", "black", "white", "0.5"]
STYLE = Path(__file__).parents[3] / "scripts/blocks/figures.mplstyle"
POWER = re.compile(
    r"\$\\mathdefault\{10\^\{[-−]?\d+\}\}\$"
)  # 10⁻⁴ on an axis, as Matplotlib writes it


@pytest.fixture(autouse=True)
def the_style_of_the_site():
    with plt.style.context(STYLE):
        yield
    plt.close("all")


def visible(artist):
    """The artist and all that it contains, without what is switched off."""
    if artist.get_visible():
        yield artist
        for child in artist.get_children():
            yield from visible(child)


def check_colors(fig):
    allowed = {to_rgba(color)[:3] for color in ALLOWED}
    unseen = [ax.patch for ax in fig.axes if not ax.axison]
    for artist in visible(fig):
        for part in ["color", "edgecolor", "facecolor", "markeredgecolor", "markerfacecolor"]:
            get = getattr(artist, f"get_{part}", None)
            if get and artist not in unseen:
                for *rgb, alpha in to_rgba_array(get()):
                    assert alpha == 0 or tuple(rgb) in allowed, f"{artist}: {part} {rgb}"


def texts_of(fig):
    """All texts that show: labels and legends, and the numbers of the ticks in view."""
    for ax in fig.axes:
        yield from ax.texts
        if ax.get_legend():
            yield from ax.get_legend().get_texts()
        if ax.axison:
            for axis in (ax.xaxis, ax.yaxis):
                yield axis.label
                low, high = sorted(axis.get_view_interval())
                for tick in axis.get_major_ticks():
                    if low <= tick.get_loc() <= high:
                        yield tick.label1


def check_texts(fig):
    """Each text is plain, large enough, inside the figure and clear of all other texts."""
    fig.canvas.draw()
    boxes = []
    for text in texts_of(fig):
        if text.get_text():
            box = Text.get_window_extent(text)  # of the words alone, without an arrow
            assert "$" not in POWER.sub("", text.get_text()), f"{text} has mathematics in it"
            assert text.get_fontsize() >= 10, f"{text} is too small"
            assert fig.bbox.containsx(box.x0), f"{text} leaves the figure"
            assert fig.bbox.containsx(box.x1), f"{text} leaves the figure"
            assert fig.bbox.containsy(box.y0), f"{text} leaves the figure"
            assert fig.bbox.containsy(box.y1), f"{text} leaves the figure"
            boxes.append((text, box.padded(-1.5)))  # there is a little air in the box
    for (one, box), (other, other_box) in combinations(boxes, 2):
        assert not box.overlaps(other_box), f"{one} meets {other}"


def check_axes(fig):
    for ax in fig.axes:
        assert not ax.axison or (ax.get_xlabel() and ax.get_ylabel())
    assert fig.get_figwidth() <= 6.4


@pytest.fixture
def check():
    """Colours, texts and axis labels, all that the figures have in common."""

    def well_made(fig):
        check_axes(fig)
        check_texts(fig)
        check_colors(fig)

    return well_made


@pytest.fixture
def texts():
    """The texts on the axes of a figure, in drawing order."""
    return lambda fig: [t.get_text().strip() for t in fig.axes[0].texts if t.get_text()]
