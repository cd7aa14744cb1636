"""Where the files of the site lie, and whether what is written in HTML leads to them."""

import html
import posixpath
import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from scripts.text.context import BuildError, Page

LINK = re.compile(
    r"""<(a|img|source|video|audio|iframe|embed|object)\s[^<>]*?\b(?:href|src|data)=["']([^"']*)["']"""
)
ELSEWHERE = ("http", "https", "mailto")  # what a link may lead to


def check_places(files) -> None:
    """Stop at two files for one place of the site; to many a system names that differ in case are one."""
    found: dict[str, str] = {}
    for file in files:
        place = unicodedata.normalize("NFC", file.dest_uri).casefold()
        if file.inclusion.is_excluded():
            continue
        if other := found.get(place):
            raise BuildError(
                f"docs/{other} and docs/{file.src_uri} would be one file, {file.dest_uri}, where capital letters do not "
                "count: rename one of them"
            )
        found[place] = file.src_uri


def check_addresses(faults: set, files: Iterable) -> None:
    """Note a file that would take another's place in the site, or one outside of it."""
    taken: dict[str, str] = {}
    for file in files:
        made, target = Page(source=file.src_uri, faults=faults), file.dest_uri
        if posixpath.normpath(target) != target or target.startswith(("/", "..")):
            made.note(f"its address {target} leads out of its folder; is it the slug?")
        elif (other := taken.setdefault(target.casefold(), file.src_uri)) != file.src_uri:
            made.note(f"its address {target} is that of {other}; a post takes another by its slug")


def check_links(files, known: set[str], warned: list[str]) -> None:
    """Note the links and pictures written in HTML, at which MkDocs does not look, that lead nowhere, and those that
    the policy of the pages does not let through: a picture from elsewhere, a link that runs something.
    """
    known = known | {file.dest_uri for file in files if not file.inclusion.is_excluded()}
    for page in (file.page for file in files.documentation_pages()):
        if page.file.generated_by:  # which may lead to what is only made after the pages
            continue
        of_page = [message for message in warned if f"'{page.file.src_uri}'" in message]
        for kind, target in dict.fromkeys(LINK.findall(page.content)):
            path, parts = html.unescape(target), urlsplit(html.unescape(target))
            is_shown = kind != "a" and (parts.netloc or parts.scheme not in ("", "data"))
            if is_shown or (kind == "a" and parts.scheme not in ("", *ELSEWHERE)):
                for line in page.made.lines_of(target):
                    page.made.note(
                        f"the policy of the pages lets no reader have {path!r} here", line
                    )
            to = posixpath.normpath(posixpath.join("/", page.url, unquote(parts.path))).lstrip("/")
            leads = not parts.path or {to, posixpath.join(to, "index.html")} & known
            if parts.scheme or parts.netloc or (leads and not parts.path.startswith("/")):
                continue
            if not any(f"'{path}'" in message for message in of_page):
                for line in page.made.lines_of(target):
                    page.made.note(f"it leads to {path!r}, which is not in the site", line)
