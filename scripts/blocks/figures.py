"""Makes Matplotlib's SVG fit to stand in a page: small, themed, the same on every build, readable by a screen reader.

Figure code uses a few of Matplotlib's own colour names, so it runs anywhere. Here each becomes a class whose colour the
style sheet sets, for light, dark and forced colours. Any other colour is an error: it would vanish in one of them.

A picture has its own colours, and so have areas, points and lines that are coloured by value: a figure with one of these is
shown as it is drawn, on light paper in every theme. So a white word on a dark cell stays white.
"""

import re
from itertools import pairwise
from math import hypot
from xml.etree import ElementTree

SVG = "{http://www.w3.org/2000/svg}"
HREF = "{http://www.w3.org/1999/xlink}href"

COLOURS = {
    "#1f77b4": "c0",  # "C0": a function, a model
    "#ff7f0e": "c1",  # "C1": its tangent, a derivative
    "#2ca02c": "c2",  # "C2": a gradient
    "#d62728": "c3",  # "C3": a loss, a path of descent
    "#9467bd": "c4",  # "C4": data
    "#8c564b": "c5",  # "C5": a second path
    "#000000": "ink",
    "#808080": "mute",  # "0.5"
    "#ffffff": "page",
}
DROPPED = {"font-family", "font"}
SCALE = 1.45  # CSS pixels for a point of the figure, where there is room: labels come out as large as the prose
PREFIX = (
    "@@"  # before every id; the page puts the block's own id here, so that no two figures share one
)
TOLERANCE = 0.1  # points by which a line may move when points of it are left out
NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
LINES = re.compile(r"(?:M[^A-Za-z]+(?:L[^A-Za-z]+)*z?)+")  # a path without curves


class FigureError(Exception):
    """The figure cannot be published as it is."""


def clean(source: str, strict: bool = True) -> str:
    """Matplotlib's SVG as an `<svg>` element for the page, without its text alternative (see `publish`).

    A colour that the themes do not know is an error; without `strict`, for a reader's own figure, it stays as it is.
    """
    root = ElementTree.fromstring(NO_XML.sub("\N{REPLACEMENT CHARACTER}", source))
    kinds = {group.get("id") for group in root.iterfind(f"{SVG}g")}  # program.py says it
    on_paper = "values" in kinds or root.find(f".//{SVG}image") is not None
    if strict and "blank" in kinds:
        raise FigureError("there is nothing: draw into it before plt.show(), or leave it out")
    if strict and (fault := re.search(r"<!--fault: (.+)-->\Z", source, re.DOTALL)):  # likewise
        raise FigureError(fault[1])
    if strict and root.find(f".//{SVG}linearGradient") is not None:
        raise FigureError("Gouraud shading would weigh too much; add rasterized=True to it")
    referenced = re.findall(r'url\(#([^)]+)\)|href="#([^"]+)"', source)
    ids = {
        name: f"{PREFIX}{n}" for n, name in enumerate(dict.fromkeys(a or b for a, b in referenced))
    }
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in (SVG + "metadata", SVG + "style"):
                parent.remove(child)
    for element in root.iter():
        _restyle(element, strict, on_paper)
        _shorten(element, ids)
    by_id = {f"#{element.get('id')}": element for element in root.iter()}
    markers = {use.get("href"): by_id[use.get("href")] for use in root.iter(SVG + "use")}
    markers = {name: path for name, path in markers.items() if _shape(path.get("d"))}
    _thread(root, markers)
    for element in root.iterfind(f".//{SVG}path[@d]"):
        if "id" not in element.attrib:
            element.set("d", _path(element.get("d"), whole="marker-mid" in element.attrib))
    _join(root, markers)
    _flatten(root)
    box = root.get("viewBox")
    width, height = (round(float(size) * SCALE) for size in box.split()[2:])
    root.attrib.clear()
    look = "plot plot--paper" if on_paper else "plot"
    root.attrib.update(
        {"viewBox": box, "width": str(width), "height": str(height), "class": look, "role": "img"}
    )
    return _serialise(root)


def publish(svg: str, prefix: str, alt: str, description: str = "") -> str:
    """A cleaned figure with ids of its own, `alt` as its text alternative and the element `description` as a longer one."""
    longer = f' aria-describedby="{description}"' if description else ""
    return svg.replace(PREFIX, prefix + "-").replace(
        "<svg ", f'<svg aria-label="{_escape(alt)}"{longer} ', 1
    )


def _restyle(element, strict: bool, on_paper: bool) -> None:
    """The style attribute as attributes and classes. On paper, greys may be values too and stay as they are."""
    classes = []
    style = element.attrib.pop("style", "")
    if "fill" in element.attrib:  # the ground of a hatch
        style += f";fill:{element.attrib.pop('fill')}"
    for declaration in filter(None, style.split(";")):
        name, value = (part.strip() for part in declaration.split(":", 1))
        if name in ("fill", "stroke") and value != "none":
            known = value in COLOURS and not (on_paper and not COLOURS[value].startswith("c"))
            if not known and (on_paper or not strict or value.startswith("url(")):
                element.set(name, value)
                continue
            if not known:
                allowed = (
                    '"C0" to "C5", "black", "0.5" and "white", or colour by value: cmap="viridis"'
                )
                raise FigureError(
                    f"the colour {value} has no counterpart in the site's themes; use {allowed}"
                )
            classes.append(f"{name[0]}-{COLOURS[value]}")
        elif name not in DROPPED:
            element.set(name, value)
    if classes:
        element.set("class", " ".join(classes))


def _shorten(element, ids: dict[str, str]) -> None:
    if name := element.attrib.pop("id", None):
        element.attrib.update({"id": ids[name]} if name in ids else {})
    if (target := element.attrib.pop(HREF, "")).startswith("#"):
        element.set("href", "#" + ids[target[1:]])
    elif target:  # an image, whose data stand in its address
        element.set("href", target)
    for name, value in element.attrib.items():
        if value.startswith("url(#"):  # a clip path, the pattern of a hatch
            element.set(name, f"url(#{ids[value[5:-1]]})")
    for name in (
        "d",
        "x",
        "y",
        "width",
        "height",
        "transform",
        "stroke-width",
        "font-size",
        "points",
    ):
        if name in element.attrib:
            digits = 2 if name in ("stroke-width", "font-size") or "id" in element.attrib else 1
            value = re.sub(r"-?\d+\.\d+", lambda m, n=digits: _round(m[0], n), element.get(name))
            value = re.sub(r"rotate\(-?0 [^)]*\)", "", value)
            value = re.sub(r"\s+", " ", value).strip()
            if name == "d":
                value = re.sub(r" ?([A-Za-z]) ?", r"\1", value)
            element.set(name, value)
            if not value:
                del element.attrib[name]
    element.tail = None
    if not (element.text or "").strip():
        element.text = None


def _round(number: str | float, digits: int) -> str:
    value = f"{float(number):.{digits}f}".rstrip("0").rstrip(".")
    return "0" if value in ("-0", "") else value


def _path(d: str, whole: bool = False) -> str:
    """A path without curves in fewer characters: from point to point, unless `whole` without those on the way."""
    if not LINES.fullmatch(d):
        return d
    made = ""
    for line, end in re.findall(r"M([^Mz]+)(z?)", d):
        points = [tuple(map(float, point.split())) for point in line.split("L")]
        points = points if whole else _needed(points)
        made += f"M{_pair(points[0])}{_steps(points)}{end}"
    return made


def _steps(points: list[tuple]) -> str:
    steps = [_pair((u - x, v - y)) for (x, y), (u, v) in pairwise(points)]
    return ("l" + " ".join(steps).replace(" -", "-")) if steps else ""


def _pair(point: tuple) -> str:
    return " ".join(_round(number, 2) for number in point).replace(" -", "-")


def _needed(points: list[tuple]) -> list[tuple]:
    """The points that a line needs to stay where it is (the algorithm of Ramer, Douglas and Peucker)."""
    kept, parts = {0, len(points) - 1}, [(0, len(points) - 1)]
    while parts:
        first, last = parts.pop()
        away = [_distance(point, points[first], points[last]) for point in points[first : last + 1]]
        if max(away) > TOLERANCE:
            middle = first + away.index(max(away))
            kept.add(middle)
            parts += [(first, middle), (middle, last)]
    return [points[n] for n in sorted(kept)]


def _distance(point: tuple, start: tuple, end: tuple) -> float:
    """From a point to the straight line between two others."""
    along, beside = (
        (end[0] - start[0], end[1] - start[1]),
        (point[0] - start[0], point[1] - start[1]),
    )
    length = along[0] ** 2 + along[1] ** 2
    share = (along[0] * beside[0] + along[1] * beside[1]) / length if length else 0
    share = min(1, max(0, share))
    return hypot(beside[0] - share * along[0], beside[1] - share * along[1])


def _thread(root, markers: dict) -> None:
    """A line with a marker at each of its points draws them itself, and the points are written once."""
    for number, group in enumerate(root.iter(SVG + "g")):
        line, uses = group.find(SVG + "path"), group.findall(f"{SVG}g/{SVG}use")
        marker = markers.get(uses[0].get("href")) if uses else None
        points = "L".join(f"{use.get('x', 0)} {use.get('y', 0)}" for use in uses)
        if line is None or marker is None or line.get("d") != f"M{points}":
            continue
        group.remove(group.find(f"{SVG}g"))
        name = f"{marker.get('id')}-{number}"
        bead = ElementTree.SubElement(
            group,
            SVG + "marker",
            {"id": name, "markerUnits": "userSpaceOnUse", "overflow": "visible"},
        )
        drawn = {"d": f"M0 0{_shape(marker.get('d'))}", **_look(uses[0], marker)}
        ElementTree.SubElement(bead, SVG + "path", drawn)
        line.attrib.update({f"marker-{at}": f"url(#{name})" for at in ("start", "mid", "end")})


def _join(element, markers: dict) -> None:
    """One path for the markers of a line or the ticks of an axis, in place of a reference for each."""
    children, look = [], None
    for child in element:
        _join(child, markers)
        if child in markers.values():
            continue
        marker = markers.get(child.get("href"))
        if marker is None:
            look = None
        else:
            before, look = look, _look(child, marker)
            place = _pair((float(child.get("x", 0)), float(child.get("y", 0))))
            drawn = f"M{place}{_shape(marker.get('d'))}"
            if look == before:
                children[-1].set("d", children[-1].get("d") + drawn)
                continue
            child = ElementTree.Element(SVG + "path", {"d": drawn, **look})
        children.append(child)
    element[:] = children


def _look(use, marker) -> dict[str, str]:
    """The attributes of a marker where it is used: its own count before those of its place."""
    look = {
        name: value
        for name, value in (use.attrib | marker.attrib).items()
        if name not in ("id", "d", "x", "y", "href")
    }
    names = f"{use.get('class', '')} {marker.get('class', '')}".split()
    colours = {name[0]: name for name in names if marker.get("fill") != "none" or name[0] != "f"}
    return look | {"class": " ".join(colours[part] for part in sorted(colours))}


def _shape(d: str) -> str | None:
    """The path of a marker from its own middle; None if it is neither a circle nor made of straight lines."""
    if LINES.fullmatch(d):
        made, at = "", (0.0, 0.0)
        for line, end in re.findall(r"M([^Mz]+)(z?)", d):
            points = [tuple(map(float, point.split())) for point in line.split("L")]
            begin = (points[0][0] - at[0], points[0][1] - at[1])
            made += f"m{_pair(begin)}" * any(begin) + f"{_steps(points)}{end}"
            at = points[0] if end else points[-1]
        return made
    numbers = [float(number) for number in re.findall(r"-?[\d.]+", d)]
    away = [hypot(x, y) for x, y in zip(numbers[::2], numbers[1::2], strict=True)][::3]
    if d.count("C") != 8 or min(away) < 0.97 * max(away):
        return None
    r, across = _round(max(away), 2), _round(2 * max(away), 2)
    return f"m-{r} 0a{r} {r} 0 1 1 {across} 0a{r} {r} 0 1 1-{across} 0z"


def _flatten(element) -> None:
    """Take out the groups that group nothing any more."""
    children = []
    for child in element:
        _flatten(child)
        if (
            child.tag == SVG + "path"
            and child.get("fill") == "none"
            and not {"class", "stroke"} & child.attrib.keys()
        ):
            continue  # it paints nothing
        bare = not child.attrib and child.tag in (SVG + "g", SVG + "defs")
        if bare and child.tag == SVG + "g":
            children.extend(child)
        elif not (bare and not len(child)):
            children.append(child)
    element[:] = children


def _serialise(root) -> str:
    ElementTree.register_namespace("", SVG[1:-1])
    return (
        ElementTree.tostring(root, encoding="unicode")
        .replace(f' xmlns="{SVG[1:-1]}"', "", 1)
        .replace(" />", "/>")
    )


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
