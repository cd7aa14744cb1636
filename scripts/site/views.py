"""How often a page was viewed, as GoAccess counts it in the server's own log: `VIEWS=report.json` at build.

Nothing is asked of a reader's browser for it, and without a report a page says nothing.
"""

import json
from collections import Counter
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from mkdocs.exceptions import BuildError

COMMAND = (
    "goaccess access.log --log-format=COMBINED --ignore-crawlers --max-items=9999 -o report.json"
)
KEPT = "kept"  # the query with which sw.js asks for pages that nobody reads yet


def views(report: str, site_url: str | None) -> dict[str, str]:
    """How often and when a page was viewed, in words, by its address from the site's root; nothing without a report.

    Raises: BuildError for a file that is not what the command above writes.
    """
    if not report:
        return {}
    try:
        found = json.loads(Path(report).read_text("utf-8"))
        days = [
            datetime.strptime(found["general"][f"{end}_date"], "%d/%b/%Y")
            for end in ("start", "end")
        ]
        counts: Counter[str] = Counter()
        for row in found["requests"]["data"]:
            address, _, query = row["data"].partition("?")
            if row["method"] == "GET" and query != KEPT:
                counts[address.removesuffix("index.html")] += row["hits"]["count"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BuildError(
            f"VIEWS={report} is no report of GoAccess ({error!r}): make it by {COMMAND}"
        ) from None
    root = urlsplit(site_url or "").path.rstrip("/") + "/"
    return {
        address.removeprefix(root): f"{count:,} view{'s' * (count > 1)}, {period(*days)}"
        for address, count in counts.items()
        if address.startswith(root)
    }


def period(first: datetime, last: datetime) -> str:
    """The days from the first to the last, as one writes them: 1–28 November 2026."""
    end = f"{last.day} {last:%B %Y}"
    if first == last:
        return end
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{end}"
    return f"{first.day} {first:%B}{f' {first.year}' * (first.year < last.year)} – {end}"
