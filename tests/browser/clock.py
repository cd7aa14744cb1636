"""Time as the page has it."""

from playwright.sync_api import Page


def rest(page: Page, milliseconds: int) -> None:
    """Wait on the page's own clock: what it had planned to do by then is done, however busy the machine."""
    page.evaluate("(ms) => new Promise((done) => setTimeout(done, ms))", milliseconds)
