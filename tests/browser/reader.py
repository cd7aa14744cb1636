"""A reader's browser: a page that must not fail, and what it has kept of earlier visits."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from kit import LESSONS
from playwright.sync_api import Browser, BrowserContext, Locator, Page

KEY = "calculus-for-optimization"  # under which the site keeps what a reader has done
FIRST, SECOND, *_ = LESSONS  # their addresses
# Complaints that are none of the site's own.
OTHERS = ("Service Worker registration blocked by Playwright", "__md_get")
NO_STORAGE = """Object.defineProperty(window, "localStorage", {
    get() { throw new Error("Access is denied") }
})"""
NO_MEMORY = f"{NO_STORAGE}; {NO_STORAGE.replace('localStorage', 'sessionStorage')}"


@contextmanager
def opened(chromium: Browser, address: str, **kind) -> Iterator[Page]:
    """A page of its own in a window of some kind; what goes wrong on it is a failure."""
    kind = {"viewport": {"width": 1280, "height": 900}, "service_workers": "block"} | kind
    with chromium.new_context(base_url=address, **kind) as context:
        page = context.new_page()
        page.wrong = []  # a violation of the policy would be among them
        hears = {
            "pageerror": lambda error: page.wrong.append(error.stack or error.message),
            "console": lambda said: (
                said.type in ("error", "warning") and page.wrong.append(said.text)
            ),
        }
        for event, hear in hears.items():
            page.on(event, hear)
        yield page
        wrong = [text for text in page.wrong if not any(other in text for other in OTHERS)]
        assert not wrong, wrong


KEPT = f"localStorage[{KEY!r}]"


def remember(context: BrowserContext, kept, *places: str) -> None:
    """What an earlier visit has left in the browser, there or in other places."""
    text = kept if isinstance(kept, str) else json.dumps(kept)
    leave = " = ".join(["sessionStorage.seen", KEPT, *places, repr(text)])
    context.add_init_script(f"if (window === top && sessionStorage.seen == null) {leave}")


def stored(page: Page) -> dict:
    return json.loads(page.evaluate(f"localStorage.getItem({KEY!r})"))


class Exercise:
    """An exercise of the page that is open, and what a learner does with it."""

    def __init__(self, page: Page, ident: str):
        self.page, self.ident = page, ident

    @property
    def box(self) -> Locator:
        """The exercise, once its script has come, as it does when it is near."""
        box = self.page.locator(f"[id='{self.ident}']")
        if "exercise--live" not in box.get_attribute("class"):
            box.evaluate("(box) => box.scrollIntoView()")
            self.page.locator(f"[id='{self.ident}'].exercise--live").wait_for()
        return box

    def find(self, what: str) -> Locator:
        return self.box.locator(what)

    def role(self, *role, **name) -> Locator:
        return self.box.get_by_role(*role, **name)

    fields = property(lambda self: self.find(".exercise__field input"))
    status = property(lambda self: self.find(".exercise__said[role=status]"))
    submit = property(lambda self: self.find("button[type=submit]"))
    code = property(lambda self: self.box.get_by_label("Your code"))

    def give(self, *answers: str | float) -> str:
        """Type the answers, press Enter, and return what is said."""
        for field, answer in zip(self.fields.all(), answers, strict=True):
            field.fill(answer if isinstance(answer, str) else repr(answer))
        self.fields.last.press("Enter")
        return self.said

    def choose(self, number: int) -> str:
        self.find(f"input[value='{number}']").check()
        self.submit.click()
        return self.said

    def run(self, code: str = "", until: str = "") -> None:
        """Run this code, or what stands there, until this is said."""
        if code:
            self.code.fill(code)
        self.submit.click()
        self.status.get_by_text(until).wait_for()

    def again(self) -> None:
        self.role("button", name="Start again").click()

    def look(self) -> None:
        """Open the solution, or close it."""
        self.find(".exercise__solution > summary").click()

    @property
    def said(self) -> str:
        return self.status.inner_text()

    @property
    def mark(self) -> str:
        return self.find("exercise-mark").inner_text()
