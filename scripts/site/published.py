"""What a published site tells search engines, feed readers and the places where it is linked.

Whole addresses are needed for most of it, so that is made only where `site_url` is set.
"""

import base64
import html
import re
from datetime import datetime
from pathlib import Path
from urllib.parse import urljoin

from scripts.blocks.run import TIME_LIMIT, workers
from scripts.text.cache import key, store
from scripts.text.context import SNIPPETS, PageError

NEWS = "news/index.md"


def linked_data(page, lesson, track, config) -> dict | None:
    """A lesson or a track in the words of schema.org, for search engines."""
    if not track:
        return None
    provider = {"@type": "Organization", "name": config.site_name, "url": config.site_url}
    course = named("Course", track.title, track.page) | {"provider": provider}
    course["description"] = track.page.meta["description"]
    if lesson:
        about = named("LearningResource", lesson.title, page) | {
            "description": lesson.description,
            "isPartOf": course,
            "learningResourceType": "lesson",
            "position": lesson.number,
            "provider": provider,
            "teaches": page.meta["able"],
            "competencyRequired": page.meta["needs"],
            "timeRequired": f"PT{lesson.minutes}M",
        }
    else:
        workload = {"courseMode": "online", "courseWorkload": f"PT{track.minutes}M"}
        about = course | {
            "hasCourseInstance": {"@type": "CourseInstance"} | workload,
            "hasPart": [
                named("LearningResource", item.title, item.page) | {"position": item.number}
                for item in track.lessons
            ],
            "offers": {"@type": "Offer", "category": "Free"},
        }
    return known(about) | {
        "@context": "https://schema.org",
        "inLanguage": config.theme["language"],
        "isAccessibleForFree": True,
        "license": "https://creativecommons.org/licenses/by/4.0/",
    }


def named(kind: str, name: str, page) -> dict:
    return {"@type": kind, "name": name, "url": page.canonical_url}


def known(value):
    """`value` without the addresses that a site without `site_url` does not have."""
    if isinstance(value, dict):
        return {name: known(part) for name, part in value.items() if part or name != "url"}
    return [known(part) for part in value] if isinstance(value, list) else value


def feed(files) -> list[dict]:
    """The posts of the blog and the sections of the news, newest first."""
    entries = []
    for file in files.documentation_pages():
        if file.src_uri.startswith("blog/posts/"):
            entries.append(post(file.page))
        elif file.src_uri == NEWS:
            entries += news(file.page)
    return sorted(entries, key=lambda entry: (entry["date"], entry["url"]), reverse=True)


def post(page) -> dict:
    day = page.config.date.created.date().isoformat()
    return {
        "date": day,
        "title": page.title,
        "url": page.canonical_url,
        "summary": page.meta["description"],
    }


def news(page) -> list[dict]:
    """A heading of the news is a day; what stands below it is what was new."""
    entries = []
    parts = re.split(r'<h2 id="([^"]+)">(.*?)</h2>', page.content, flags=re.DOTALL)[1:]
    for anchor, heading, content in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        words = html.unescape(re.sub(r"<a .*?</a>|<[^>]+>", "", heading)).strip()
        try:
            day = datetime.strptime(words, "%d %B %Y").date()
        except ValueError:
            raise PageError(
                f"{NEWS}: a heading is the day of the news, such as 22 November 2026, not {words!r}"
            ) from None
        absolute = re.sub(
            r'href="([^"]*)"',
            lambda match: f'href="{urljoin(page.canonical_url, match[1])}"',
            content,
        )
        url = f"{page.canonical_url}#{anchor}"
        entries.append(
            {"date": day.isoformat(), "title": f"News of {words}", "url": url, "content": absolute}
        )
    return entries


def cards(course, config) -> dict[str, bytes]:
    """The pictures, by the names under which the pages' templates know them."""
    styles = Path(config.docs_dir, "stylesheets", "extra.css").read_text("utf-8")
    light = styles.partition("[data-md-color-scheme")[0]  # the dark pages' colours come later
    colour = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", light))
    drawn = {"site": card(config.site_name, "", colour)}
    for lesson in course.lessons.values():
        above = f"{lesson.track.title} · Lesson {lesson.number}"
        drawn[lesson.key] = card(lesson.title, above, colour)
    return drawn


def card(title: str, above: str, colour: dict[str, str]) -> bytes:
    files = [
        SNIPPETS / "differentiation/square.py",
        SNIPPETS / "optimization/gradient_descent.py",
        Path(__file__).with_name("card.py"),
    ]
    path = "gradient_descent(df, [-1.9], lr=0.85, steps=14)[:, 0]"
    call = f"print(card(f, {path}, {title!r}, {above!r}, {colour!r}))\n"
    code = "\n".join([*(file.read_text("utf-8") for file in files), call])
    return base64.b64decode(store().get(key("card", code), lambda: draw(code)))


def draw(code: str) -> str:
    result = workers["drawing"].run(code, TIME_LIMIT)
    if result.error or result.stderr:
        raise RuntimeError(
            f"the picture for links could not be drawn: {result.error}\n{result.stderr}"
        )
    return result.stdout
