"""A listing of a page in the browser, and what a reader does with it."""

import re

from playwright.sync_api import Locator, Page, expect

OPEN = "box => { for (let at = box; at; at = at.parentElement) if (at.localName === 'details') at.open = true }"
SAME = "the same as when the site was built."


class Listing:
    """The listing of a block, its fold opened if it has one."""

    def __init__(self, page: Page, ident: str = "block-2"):
        self.page = page
        found = page.locator(f".listing#{ident}, #{ident} .listing")
        self.box = found.filter(has=page.locator("run-code"))
        self.box.evaluate(OPEN)
        self.find, self.text = self.box.locator, self.box.get_by_text
        self.area = self.find("textarea")
        self.live, self.built = self.find(".output--live"), self.find(".output:not(.output--live)")
        self.figures = page.locator(f"#{ident} .plot--live")

    @property
    def name(self) -> str:
        """What the page calls it."""
        return self.find("run-code").get_attribute("data-name")

    @property
    def code(self) -> str:
        """As it was built."""
        return "".join(self.find("pre > code").all_text_contents())

    def button(self, name: str) -> Locator:
        return self.box.get_by_role("button", name=re.compile(rf"^{name}: "))

    def press(self, name: str) -> None:
        self.button(name).click()

    def write(self, text: str) -> None:
        """Put `text` in the place of the whole listing, as one types."""
        if self.area.count() == 0:
            self.press("Edit")
        self.area.press("ControlOrMeta+a")
        self.area.evaluate("(area, text) => document.execCommand('insertText', false, text)", text)
        expect(self.area).to_have_value(text)

    def end(self) -> str:
        """Wait for the end of a run; what its output says of it."""
        self.find(".output--live[data-result]").wait_for()
        return self.find(".output__verdict").inner_text()

    def run(self) -> str:
        self.press("Run")
        return self.end()

    def tell(self, text: str) -> str:
        """What this prints in the place of the listing."""
        self.write(text)
        self.run()
        return self.printed

    @property
    def printed(self) -> str:
        return self.live.locator("samp").text_content()
