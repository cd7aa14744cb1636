"""A published figure is small, themed, readable by a screen reader, and the same on every build."""

import io
import re
from xml.etree import ElementTree

import matplotlib.pyplot as plt
import numpy as np
import pytest
from kit import LIMIT, ROOT

from scripts.blocks.figures import COLOURS, FigureError, _path, clean, publish
from scripts.blocks.run import Worker

ALL_SORTS = """\
import matplotlib.pyplot as plt
import numpy as np
figure, (left, right) = plt.subplots(1, 2)
x = np.linspace(0.1, 3, 40)
for n in range(6):
    left.plot(x, x ** (n / 3), color=f"C{n}", label=f"f{n} <&> 'x'", marker="o" if n % 2 else None)
left.fill_between(x, x, color="0.5", alpha=0.3)
left.legend()
left.set(title="x² & λ ≤ 1", xlabel="x", ylabel="∂f/∂x", yscale="log")
grid = np.meshgrid(x, x)
right.contour(*grid, grid[0] ** 2 + grid[1] ** 2, colors="0.5", linewidths=0.8)
right.quiver([1], [1], [1], [1], color="C2")
right.annotate("here", (1, 1), (2, 2), arrowprops={"arrowstyle": "->", "color": "black"})
right.scatter(x[::9], x[::9], color="white", edgecolors="black")
"""


# Beginnings of a figure whose colours nobody chose, and what comes of it: the colours of the page, which follow its theme, or
# light paper, on which everything stays as it is drawn; or the word of a refusal.
KINDS = {
    "bars": ("plt.bar(x, x, yerr=x)", "theme"),
    "black bars": ("plt.bar(x, x, color='black')", "theme"),
    "a histogram": ("plt.hist(x, edgecolor='white')", "theme"),
    "a hatch": ("plt.bar(x, x, hatch='//')", "theme"),
    "a pie": ("plt.pie([1, 2], labels=['a', 'b'], autopct='%d')", "theme"),
    "boxes": ("plt.boxplot([x, x], patch_artist=True)", "theme"),
    "violins": ("plt.violinplot([x, x])", "theme"),
    "a table": ("plt.table([['1', '2']])", "theme"),
    "words in a box": ("plt.annotate('a', (0, 0), (1, 1), arrowprops={}, bbox={})", "theme"),
    "a grid": ("plt.plot(x)\nplt.grid()", "theme"),
    "a legend with a frame": ("plt.plot(x, label='a')\nplt.legend(frameon=True)", "theme"),
    "contours in one colour": ("plt.clabel(plt.contour(h, colors='0.5'))", "theme"),
    "arrows": ("plt.quiverkey(plt.quiver(x, x, x, x), 0.5, 0.9, 1, 'one')", "theme"),
    "a line in space": ("plt.subplot(projection='3d').plot(x, x, x)", "theme"),
    "a net in space": ("plt.subplot(projection='3d').plot_wireframe(*g, h)", "theme"),
    "a polar curve": (
        "plt.subplot(projection='polar').plot(x, x)\nplt.subplots_adjust(top=0.9)",
        "theme",
    ),
    "contours by value": ("plt.contour(h)", "paper"),
    "areas by value": ("plt.colorbar(plt.contourf(h, levels=[1, 2, 3], extend='both'))", "paper"),
    "cells by value": ("plt.pcolormesh(h, cmap='gray', edgecolors='white')", "paper"),
    "hexagons": ("plt.hexbin(x, x, gridsize=4)", "paper"),
    "points by value": ("plt.scatter(x, x, c=x)", "paper"),
    "arrows by value": ("plt.quiver(x, x, x, x, x)", "paper"),
    "streamlines by value": ("plt.streamplot(*g, *g, color=h)", "paper"),
    "a surface by value": (
        "plt.subplot(projection='3d').plot_surface(*g, h, cmap='viridis')",
        "paper",
    ),
    "a picture": ("plt.imshow(h)", "paper"),
    "a picture in colour": ("plt.imshow(np.zeros((4, 4, 3)))", "paper"),
    "dots for speed": ("plt.plot(x, rasterized=True)", "paper"),
    "shading as a picture": ("plt.pcolormesh(*g, h, shading='gouraud', rasterized=True)", "paper"),
    "shading": ("plt.pcolormesh(*g, h, shading='gouraud')", "add rasterized=True"),
    "shaded triangles": (
        "plt.tripcolor(*map(np.ravel, (*g, h)), shading='gouraud')",
        "add rasterized=True",
    ),
    "a surface under a lamp": (
        "plt.subplot(projection='3d').plot_surface(*g, h)",
        "no counterpart in the site's themes; use .*cmap=",
    ),
    "a seventh line": ("plt.plot(np.eye(7))", "no counterpart"),
}
SET_UP = """\
import matplotlib.pyplot as plt
import numpy as np
x = np.linspace(0.1, 2, 9)
g = np.meshgrid(x, x)
h = g[0] ** 2 + g[1]
"""


@pytest.fixture(scope="module")
def worker():
    yield (worker := Worker())
    worker.stop()


@pytest.mark.parametrize(("code", "becomes"), KINDS.values(), ids=KINDS)
def test_colours_that_nobody_chose_are_seen_in_every_theme(code: str, becomes: str, worker):
    result = worker.run(SET_UP + code, LIMIT)
    assert (result.error, result.stderr) == (None, "")
    (svg,) = result.figures
    if becomes not in ("theme", "paper"):
        with pytest.raises(FigureError, match=becomes):
            clean(svg)
        return
    published = publish(clean(svg), "block-1", "A figure")
    root = ElementTree.fromstring(published)
    assert root.get("class").split() == ["plot", *["plot--paper"] * (becomes == "paper")]
    own = {element.get(name, "") for element in root.iter() for name in ("fill", "stroke")}
    assert any(value.startswith("#") for value in own) <= (becomes == "paper")
    targets = set(re.findall(r"url\(#([^)]+)\)", published))
    assert targets <= {element.get("id") for element in root.iter()}


UNSEEN = {  # what is drawn, and what is wrong with it; "" if nothing
    "limits elsewhere": ("plt.plot(x)\nplt.xlim(50, 60)", "nothing to be seen"),
    "points elsewhere": ("plt.scatter(x, x)\nplt.ylim(7, 8)", "nothing to be seen"),
    "one axes of two": ("plt.subplots(1, 2)[1][0].plot(x)", "nothing to be seen"),
    "no point of a line with a label": (
        "plt.plot(x, label='a')\nplt.plot(x * np.nan, label='b')\nplt.legend()",
        "nothing is to be seen of 'b', which has a label",
    ),
    "no logarithm": ("plt.semilogy(x - 1)", "a value of 0 or less has no place"),
    "no logarithm across": ("plt.semilogx(x - 0.1, x)", "a value of 0 or less has no place"),
    "points of no size": ("plt.scatter(x, x, s=0)", "nothing to be seen"),
    "a line of no width": ("plt.plot(x, lw=0)", "nothing to be seen"),
    "a clear line": ("plt.plot(x, alpha=0)", "nothing to be seen"),
    "a white line": ("plt.plot(x, color='white')", "nothing to be seen"),
    "bars of no colour": ("plt.bar(x, x, color='none')", "nothing to be seen"),
    "a hidden line": ("plt.plot(x)[0].set_visible(False)", "nothing to be seen"),
    "a line of one point": ("plt.plot([1])", "nothing to be seen"),
    "a long title": ("plt.plot(x)\nplt.title('long ' * 40)", "go beyond its edge"),
    "a long name of an axis": ("plt.plot(x)\nplt.ylabel('long ' * 30)", "go beyond its edge"),
    "a long name of a tick": ("plt.plot(x)\nplt.yticks([1], ['long ' * 5])", "go beyond its edge"),
    "words elsewhere": ("plt.plot(x)\nplt.text(50, 50, 'far')", "go beyond its edge"),
    "words outside": ("plt.plot(x)\nplt.figtext(1.5, 0.5, 'off')", "go beyond its edge"),
    "two sums of money": ("plt.plot(x)\nplt.title('$5 and $6')", "read as a formula"),
    "no legend": ("plt.plot(x, label='a')", "the label 'a' is nowhere to be read"),
    "a legend too early": (
        "plt.plot(x, label='a')\nplt.legend()\nplt.plot(x, label='b')",
        "the label 'b' is nowhere to be read",
    ),
    "bars without a legend": ("plt.bar(x, x, label='a')", "the label 'a' is nowhere"),
    "points without a logarithm": (
        "plt.scatter(x - 1, x)\nplt.xscale('log')",
        "a value of 0 or less has no place",
    ),
    "a bar without a logarithm": ("plt.bar([1, 2], [3, 0], log=True)", "a value of 0 or less has"),
    "a bar below 0 without a logarithm": (
        "plt.barh([1, 2], [3, -1], log=True)",
        "of 0 or less has",
    ),
    "a line across without a logarithm": (
        "plt.loglog(x, x)\nplt.hlines([1, -1], 0.1, 1)",
        "a value of 0 or less has",
    ),
    "an area without a logarithm": (
        "plt.semilogy(x, x)\nplt.fill_between(x, -x)",
        "a value of 0 or less has",
    ),
    "contours at no height": (
        "plt.plot(x)\nplt.contour(h, levels=[100, 200], colors='0.5')",
        "no contour is to be seen: no level lies between its heights, 0.11 and 6",
    ),
    "areas at no height": (
        "plt.plot(x)\nplt.contourf(h, levels=[100, 200], colors=['C0'])",
        "no contour is to be seen",
    ),
    "two lines that look alike": (
        "plt.plot(x, 'C0', label='a')\nplt.plot(x + 1, 'C0', label='b')\nplt.legend()",
        "'a' and 'b' look alike",
    ),
    "points that look alike, and a line": (
        "plt.plot(x, 'C0', label='a')\n"
        "plt.scatter(x, x, color='C0', label='b')\nplt.scatter(x, -x, color='C0', label='c')\nplt.legend()",
        "'b' and 'c' look alike",
    ),
    "words on words": (
        "plt.plot(x)\nplt.text(1, 1, 'some words')\nplt.text(1.1, 1, 'others')",
        "the words 'some words' and 'others' lie on each other: move one",
    ),
    "names of ticks on each other": (
        "plt.plot(x)\nplt.xticks([1, 1.1], ['one', 'two'])",
        "the words 'one' and 'two' lie on each other",
    ),
    "points that are no numbers": ("plt.scatter(x, np.log(x - 0.1))", "is no finite number"),
    "a count of nothing": ("plt.hist(x, range=(5, 9))", "nothing to be seen"),
    "a count with an empty bar and a logarithm": ("plt.hist([1, 1, 2, 9], log=True)", ""),
    "such a count across": ("plt.hist([1, 1, 2, 9], log=True, orientation='horizontal')", ""),
    "some contours at no height": ("plt.contour(h, levels=[3, 200], colors='0.5')", ""),
    "lines of one colour": (
        "plt.plot(x, 'C0', label='a')\nplt.plot(-x, 'C0--', label='b')\nplt.plot(x * x, 'C0.', label='c')\nplt.legend()",
        "",
    ),
    "words beside words": ("plt.plot(x)\nplt.text(1, 1, 'ab')\nplt.text(1, 1.1, 'cd')", ""),
    "errors and an area down to 0, and a logarithm": (
        "plt.errorbar(x, x, 2 * x)\nplt.fill_between(x, x)\nplt.vlines(1, 0, 1)\nplt.loglog()",
        "",
    ),
    "a count with an empty first bar": ("plt.hist(x, range=(-5, 3), label='a')\nplt.legend()", ""),
    "a label beside its line": ("plt.plot(x, label='a')\nplt.text(1, 1, 'a')", ""),
    "a legend for all axes": (
        "f, a = plt.subplots(1, 2)\na[0].plot(x, label='a')\na[1].plot(x, label='a')\na[1].legend()",
        "",
    ),
    "a line through the view": ("plt.plot([0, 9], [0, 9])\nplt.axis((4, 5, 4, 5))", ""),
    "a gap": ("plt.plot([1, np.nan, 2, 3])\nplt.plot([1], 'o', label='a')\nplt.legend()", ""),
    "money and formulas": ("plt.plot(x)\nplt.title(r'\\$5, \\$6, $x$ and $y$')", ""),
    "a line for the legend": ("plt.plot(x)\nplt.plot([], label='a')\nplt.legend()", ""),
    "an axes put away": ("plt.plot(x)\nplt.axes((0.5, 0.5, 0.1, 0.1)).axis('off')", ""),
    "white with an edge": ("plt.scatter(x, x, color='white', edgecolors='black')", ""),
    "a line at a height": ("plt.semilogx(x, x)\nplt.axhline(1)", ""),
    "an area with its errors": (
        "plt.fill_between(x, x)\nplt.errorbar(x, x, x, label='a')\nplt.legend()",
        "",
    ),
}


@pytest.mark.parametrize(("code", "says"), UNSEEN.values(), ids=UNSEEN)
def test_what_nobody_would_see_or_read_is_refused(code: str, says: str, worker):
    (svg,) = worker.run(SET_UP + code, LIMIT).figures
    if not says:
        clean(svg)
        return
    with pytest.raises(FigureError, match=re.escape(says)):
        clean(svg)
    clean(svg, strict=False)


def test_words_on_a_picture_keep_their_white_and_black(worker):
    code = "plt.imshow(h, cmap='gray')\nplt.text(0, 0, 'w', color='white')\nplt.text(8, 8, 'b')"
    published = clean(worker.run(SET_UP + code, LIMIT).figures[0])
    assert re.search(r'<text [^>]*fill="#ffffff"[^>]*>w<', published)
    assert re.search(r"<text (?![^>]*(fill|class)=)[^>]*>b<", published)
    css = (ROOT / "docs/stylesheets/extra.css").read_text("utf-8")
    assert ".plot--paper, :root {\n  --paper: #fdfdfb;" in css


def test_words_are_words_whatever_the_code_sets_and_a_sign_that_no_drawing_holds_is_replaced(
    worker,
):
    code = "plt.rcParams['svg.fonttype'] = 'path'\nplt.plot(x)\nplt.title('two words\\x01')"
    published = clean(worker.run(SET_UP + code, LIMIT).figures[0])
    assert ">two words\N{REPLACEMENT CHARACTER}</text>" in published


def test_a_window_that_was_closed_is_a_figure_of_its_own(worker):
    code = (
        "plt.plot([1, 2])\nplt.show()\nprint(plt.get_fignums())\nplt.plot([2, 1])\nplt.plot([1, 2])"
    )
    result = worker.run(SET_UP + code, LIMIT)
    assert result.stdout == "[]\n"
    assert [clean(svg).count('class="s-c0"') for svg in result.figures] == [1, 1]
    assert ["s-c1" in clean(svg) for svg in result.figures] == [False, True]


@pytest.fixture(scope="module")
def drawn() -> list[str]:
    """The same figure, drawn by two processes, as Matplotlib writes it."""
    drawings = []
    for _ in range(2):
        worker = Worker()
        result = worker.run(ALL_SORTS, LIMIT)
        worker.stop()
        assert result.error is None
        drawings += result.figures
    return drawings


@pytest.fixture(scope="module")
def figure(drawn) -> str:
    return publish(clean(drawn[0]), "block-3", 'What "is" <seen> & why')


@pytest.fixture(scope="module")
def root(figure):
    return ElementTree.fromstring(figure)


def test_the_same_figure_is_the_same_bytes(drawn):
    assert clean(drawn[0]) == clean(drawn[1])


def test_a_figure_is_an_image_with_a_text_alternative(root):
    assert root.tag == "svg"
    assert root.get("role") == "img"
    assert root.get("aria-label") == 'What "is" <seen> & why'
    assert re.fullmatch(r"0 0 [\d.]+ [\d.]+", root.get("viewBox"))


def test_a_figure_has_no_colour_style_or_metadata_of_its_own(figure, root):
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b(?!\))", figure)
    assert "style=" not in figure
    assert {element.tag for element in root.iter()}.isdisjoint({"style", "metadata", "script"})
    for name in ("fill", "stroke"):
        assert {element.get(name) for element in root.iter()} <= {None, "none"}
    assert not re.search(r"Matplotlib|\d{4}-\d\d-\d\d|xmlns|font-family", figure)


def test_each_colour_of_the_palette_has_become_its_class(root):
    classes = {part for element in root.iter() for part in element.get("class", "").split()}
    used = {name.partition("-")[2] for name in classes - {"plot"}}
    assert used == set(COLOURS.values())


def test_two_figures_on_a_page_share_no_id_and_each_reference_has_its_target(drawn):
    ids = []
    for block in ("block-1", "block-2"):
        published = publish(clean(drawn[0]), block, "The figure")
        own = [element.get("id") for element in ElementTree.fromstring(published).iter()]
        own = [ident for ident in own if ident]
        targets = re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', published)
        assert {a or b for a, b in targets} == set(own)
        assert all(ident.startswith(f"{block}-") for ident in own)
        ids += own
    assert len(ids) == len(set(ids)) > 0


def test_the_words_of_a_figure_are_kept(root):
    words = {element.text for element in root.iter("text")}
    assert {"x² & λ ≤ 1", "∂f/∂x", "here", "f0 <&> 'x'"} <= words


def places(d: str) -> np.ndarray:
    """The points of a path that goes by steps from its first."""
    assert re.fullmatch(r"M[^a-zA-Z]+l[^a-zA-Z]+", d)
    return np.array(re.findall(r"-?[\d.]+", d), float).reshape(-1, 2).cumsum(axis=0)


def test_a_line_keeps_its_course_with_fewer_points():
    t = np.linspace(0, 2 * np.pi, 400)
    circle = np.round(np.column_stack([100 + 80 * np.cos(t), 100 + 80 * np.sin(t)]), 1)
    made = places(_path("M" + "L".join(f"{x} {y}" for x, y in circle)))
    assert 20 < len(made) < 120
    assert made[[0, -1]] == pytest.approx(circle[[0, -1]])
    starts, steps = made[:-1], np.diff(made, axis=0)
    for point in circle:
        share = ((point - starts) * steps).sum(axis=1) / (steps**2).sum(axis=1)
        nearest = starts + np.clip(share, 0, 1)[:, None] * steps
        assert np.hypot(*(nearest - point).T).min() < 0.11


@pytest.mark.parametrize("marker", ["o", ".", "x", "+", "s", "*", "D"])
def test_the_markers_of_a_line_are_one_path_that_starts_anew_at_each_point(marker: str):
    figure, axes = plt.subplots()
    axes.plot([1, 2, 3], [1, 4, 9], marker, color="C4")
    axes.set_axis_off()
    svg = io.StringIO()
    figure.savefig(svg, format="svg")
    plt.close(figure)
    (path,) = re.findall(r'<path [^>]*class="[^"]*c4"[^>]*/>', clean(svg.getvalue()))
    assert "<use" not in clean(svg.getvalue())
    assert path.count("M") == 3
    assert ("a" in path.split(chr(34))[1]) == (marker in "o.")


def test_a_line_with_a_marker_at_each_point_writes_its_points_once():
    x = np.linspace(0, 1, 150) ** 2  # so many that Matplotlib would leave some out
    svg = io.StringIO()
    with plt.style.context(ROOT / "scripts/blocks/figures.mplstyle"):
        figure, axes = plt.subplots()
        axes.plot(x, x, "x--", color="C5")
        axes.plot(x, 1 - x, ".-", color="C3", label="in the legend")
        axes.set_axis_off()
        axes.legend()
        figure.savefig(svg, format="svg")
    plt.close(figure)
    root = ElementTree.fromstring(clean(svg.getvalue()))
    lines, markers = root.findall(".//path[@marker-mid]"), [*root.iter("marker")]
    assert len(lines) == len(markers) == 2
    for line, marker in zip(lines, markers, strict=True):
        assert len(places(line.get("d"))) == 150
        ends = {line.get(f"marker-{at}") for at in ("start", "mid", "end")}
        assert ends == {f"url(#{marker.get('id')})"}
        (look,) = marker
        assert line.get("class") in look.get("class").split()
    drawn = "".join(path.get("d", "") for path in root.iter("path"))
    assert drawn.count("l6-6") == 1, "one cross for all points"
    assert drawn.count("a1.5") == 2 * 2, "a circle for all points, and one in the legend"


def test_rounding_moves_nothing_by_more_than_a_twentieth_of_a_point():
    x = np.array([0.0, 1 / 3, 2 / 3, 1.0])
    figure, axes = plt.subplots()
    (line,) = axes.plot(x, x**2, color="C0", marker="")
    svg = io.StringIO()
    figure.savefig(svg, format="svg")
    height = figure.get_figheight() * 72
    pixels = axes.transData.transform(np.column_stack(line.get_data())) * 72 / figure.dpi
    plt.close(figure)
    paths = [
        element.get("d", "")
        for element in ElementTree.fromstring(clean(svg.getvalue())).iter()
        if "s-c0" in element.get("class", "")
    ]
    numbers = places(paths[0])
    expected = np.column_stack([pixels[:, 0], height - pixels[:, 1]])
    np.testing.assert_allclose(numbers, expected, rtol=0, atol=0.0501)


@pytest.mark.parametrize("colour", ["purple", "#1f77b5", "C6", "0.4"])
def test_a_colour_without_a_counterpart_in_the_themes_is_refused(colour: str):
    figure, axes = plt.subplots()
    axes.plot([0, 1], color=colour)
    svg = io.StringIO()
    figure.savefig(svg, format="svg")
    plt.close(figure)
    with pytest.raises(FigureError, match="has no counterpart in the site's themes"):
        clean(svg.getvalue())
