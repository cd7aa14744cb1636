"""Makes Matplotlib's SVG fit to stand in a page: small, themed, the same on every build, readable by a screen reader.

Figure code uses a few of Matplotlib's own colour names, so it runs anywhere. Here each becomes a class whose colour the
style sheet sets, for light, dark and forced colours. Any other colour is an error: it would vanish in one of them.
"""

import re
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


class FigureError(Exception):
    """The figure cannot be published as it is."""


def clean(source: str, strict: bool = True) -> str:
    """Matplotlib's SVG as an `<svg>` element for the page, without its text alternative (see `publish`).

    A colour that the themes do not know is an error; without `strict`, for a reader's own figure, it stays as it is.
    """
    root = ElementTree.fromstring(source)
    referenced = set(re.findall(r"url\(#([^)]+)\)", source)) | set(
        re.findall(r'href="#([^"]+)"', source)
    )
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in (SVG + "metadata", SVG + "style"):
                parent.remove(child)
    for element in root.iter():
        _restyle(element, strict)
        _shorten(element, referenced)
    _flatten(root)
    box = root.get("viewBox")
    width, height = (round(float(size) * SCALE) for size in box.split()[2:])
    root.attrib.clear()
    root.attrib.update(
        {"viewBox": box, "width": str(width), "height": str(height), "class": "plot", "role": "img"}
    )
    return _serialise(root)


def publish(svg: str, prefix: str, alt: str, description: str = "") -> str:
    """A cleaned figure with ids of its own, `alt` as its text alternative and the element `description` as a longer one."""
    longer = f' aria-describedby="{description}"' if description else ""
    return svg.replace(PREFIX, prefix + "-").replace(
        "<svg ", f'<svg aria-label="{_escape(alt)}"{longer} ', 1
    )


def _restyle(element, strict: bool) -> None:
    """The style attribute as attributes and classes."""
    classes = []
    for declaration in filter(None, element.attrib.pop("style", "").split(";")):
        name, value = (part.strip() for part in declaration.split(":", 1))
        if name in ("fill", "stroke") and value != "none":
            if value not in COLOURS and not strict:
                element.set(name, value)
                continue
            if value not in COLOURS:
                allowed = '"C0" to "C5", "black", "0.5" and "white"'
                raise FigureError(
                    f"the colour {value} has no counterpart in the site's themes; use {allowed}"
                )
            classes.append(f"{name[0]}-{COLOURS[value]}")
        elif name not in DROPPED:
            element.set(name, value)
    if classes:
        element.set("class", " ".join(classes))


def _shorten(element, referenced: set[str]) -> None:
    if "id" in element.attrib:
        if element.get("id") in referenced:
            element.set("id", PREFIX + element.get("id"))
        else:
            del element.attrib["id"]
    if HREF in element.attrib:
        element.set("href", "#" + PREFIX + element.attrib.pop(HREF)[1:])
    if "clip-path" in element.attrib:
        element.set("clip-path", element.get("clip-path").replace("#", "#" + PREFIX))
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
            value = re.sub(r" ?([A-Za-z]) ?", r"\1", value) if name == "d" else value
            element.set(name, value)
            if not value:
                del element.attrib[name]
    element.tail = None
    if not (element.text or "").strip():
        element.text = None


def _round(number: str, digits: int) -> str:
    value = f"{float(number):.{digits}f}".rstrip("0").rstrip(".")
    return "0" if value in ("-0", "") else value


def _flatten(element) -> None:
    """Take out the groups that group nothing any more."""
    children = []
    for child in element:
        _flatten(child)
        bare = not child.attrib and child.tag in (SVG + "g", SVG + "defs")
        if bare and child.tag == SVG + "g":
            children.extend(child)
        elif not (bare and not len(child)):
            children.append(child)
    element[:] = children


def _serialise(root) -> str:
    ElementTree.register_namespace("", SVG[1:-1])
    return ElementTree.tostring(root, encoding="unicode").replace(f' xmlns="{SVG[1:-1]}"', "", 1)


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
