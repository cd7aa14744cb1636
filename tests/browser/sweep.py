"""One visit to each page, in which all is looked at that must hold on every page."""

from collections.abc import Iterable

from accessibility import COLOURS, READ, STRUCTURE, problems
from kit import LIMIT
from kit import Page as Published
from playwright.sync_api import Browser, Page

WIDTHS = (1280, 768, 640, 360, 320)  # 640 and 320: what 1280 is at 200 % and at 400 %
OPEN_FOLDS = """() => {
    document.querySelectorAll("details").forEach((fold) => { fold.open = true })
    document.querySelectorAll("input.fold").forEach((chip) => { chip.checked = true })
}"""
SCHEMES = {"light": "default", "dark": "slate"}  # and what the theme calls them

# What sticks out of the window, and is not in a box that scrolls.
OVERFLOWING = """async () => {
    const frame = () => new Promise(requestAnimationFrame)
    for (let n = 0; n < 3; n++) await frame() // the theme's scripts answer a new size a frame later
    const width = document.documentElement.clientWidth
    const scrolls = (box) =>
        getComputedStyle(box).overflowX !== "visible" && box.clientWidth < box.scrollWidth
    const inScroller = (element) => {
        for (let box = element.parentElement; box !== document.body; box = box.parentElement)
            if (scrolls(box)) return true
        return false
    }
    const found = [...document.querySelectorAll("article *")]
        .filter((element) => element.checkVisibility())
        .filter((element) => element.matches(".widget__plot text")
            || !element.closest("svg *, .katex-mathml, .visually-hidden"))
        .map((element) => [element, element.getBoundingClientRect()])
        .filter(([, box]) => box.right > width + 1 || box.left < -1)
        .map(([element]) => element)
        .filter((element) => !inScroller(element))
        .concat([...document.querySelectorAll(".formula")].filter( // which goes on in the next line
            (formula) => width >= 360 && formula.scrollWidth > formula.clientWidth + 1))
        .map((element) => element.outerHTML.slice(0, 80))
    return found.length || document.documentElement.scrollWidth <= width ? found : ["the page"]
}"""


# The contrast of each word of the figures with what lies behind it, by the formula of WCAG 2.
CONTRASTS = """() => {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true })
    const rgb = (colour) => {
        canvas.clearRect(0, 0, 1, 1)
        canvas.fillStyle = colour
        canvas.fillRect(0, 0, 1, 1)
        return [...canvas.getImageData(0, 0, 1, 1).data]
    }
    const luminance = (colour) => {
        const [r, g, b] = colour.map((part) => part / 255)
            .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
        return 0.2126 * r + 0.7152 * g + 0.0722 * b
    }
    const behind = (element) => {
        for (let box = element.closest("svg"); box; box = box.parentElement) {
            const colour = rgb(getComputedStyle(box).backgroundColor)
            if (colour[3] === 255) return colour
        }
        return [255, 255, 255, 255]
    }
    return [...document.querySelectorAll("svg.plot text")].map((text) => {
        const style = getComputedStyle(text)
        const both = [luminance(rgb(style.fill)), luminance(behind(text))]
        const [dark, light] = both.sort((a, b) => a - b)
        const contrast = style.opacity === "1" ? (light + 0.05) / (dark + 0.05) : 0
        return [text.textContent, Math.round(contrast * 100) / 100]
    })
}"""
BACKGROUND = "getComputedStyle(document.body).backgroundColor"
COPIED = """async (limit) => { // what each listing's button copies
    const texts = [], clipboard = navigator.clipboard
    for (const button of document.querySelectorAll(".listing copy-code button")) {
        const late = performance.now() + limit
        await clipboard.writeText("nothing yet")
        button.click()
        while (await clipboard.readText() === "nothing yet" && performance.now() < late)
            await new Promise(requestAnimationFrame)
        texts.push(await clipboard.readText())
    }
    return texts
}"""


class Visit:
    """What was seen on one page."""

    def __init__(self, page: Page, published: Published, address: str):
        self.page, self.published, self.url = page, published, published.url
        self.errors = []  # on the console, a broken policy among them, or thrown by a script
        self.failed = []  # requests without a good answer
        self.foreign = []  # requests to another origin
        self.overflowing = []
        self.axe = []
        self.words = {}  # of figures, in each scheme: each with its contrast
        self.backgrounds = {}  # of the page, in each scheme
        self.copied = []  # by the button of each listing
        self.watch((address, "data:", "blob:"))

    def watch(self, own: tuple[str, ...]) -> None:
        hears = {
            "console": lambda said: (
                said.type in ("error", "warning") and self.errors.append(said.text)
            ),
            "pageerror": lambda error: self.errors.append(error.stack or error.message),
            "requestfailed": lambda sent: self.failed.append(f"{sent.url}: {sent.failure}"),
            "response": lambda came: came.ok or self.failed.append(f"{came.url}: {came.status}"),
            "request": lambda sent: sent.url.startswith(own) or self.foreign.append(sent.url),
        }
        for event, hear in hears.items():
            self.page.on(event, hear)

    def look(self, address: str, whole: bool) -> None:
        self.whole = whole
        self.page.goto(address + self.url)
        self.page.evaluate(OPEN_FOLDS)
        if whole:
            self.page.evaluate(READ)  # what comes alive in sight is wide or not as it is then
            self.page.wait_for_function("!document.querySelector('.widget:not(.widget--live)')")
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 800})
            sticks_out = self.page.evaluate(OVERFLOWING)
            self.overflowing += [f"{width}px: {what}" for what in sticks_out]
            if whole and width in (1280, 768, 360):
                self.axe += problems(self.page, STRUCTURE)
        self.page.set_viewport_size({"width": 1280, "height": 800})
        for scheme in SCHEMES:
            in_scheme(self.page, scheme)
            self.words[scheme] = self.page.evaluate(CONTRASTS)
            self.backgrounds[scheme] = self.page.evaluate(BACKGROUND)
            self.axe += problems(self.page, COLOURS) if whole else []
        self.copied = self.page.evaluate(COPIED, 1000 * LIMIT)
        if whole:
            self.use()

    def use(self) -> None:
        """Do what a reader does on every page: search, change the colours, copy some code."""
        keyboard = self.page.keyboard
        keyboard.press("Control+k")
        keyboard.type("gradient")
        self.page.locator(".md-search-result__item").first.wait_for()
        keyboard.press("Escape")
        self.page.locator("label[for^=__palette]:visible").click()
        if self.page.locator("copy-code button:visible").count():
            self.page.evaluate(HEARS)
            self.page.locator("copy-code button:visible").first.click()
            self.page.wait_for_function("window.heard")


# What is said of a copied code stands there for two seconds, which a busy machine may miss.
HEARS = """() => new MutationObserver(() => {
    window.heard ||= [...document.querySelectorAll("[role=status]")].some((one) => one.textContent.includes("code"))
}).observe(document.body, { childList: true, subtree: true })"""


def in_scheme(page: Page, scheme: str) -> None:
    """Show the page in light or dark; that it follows the reader's system is shown in test_same_styles.py."""
    page.emulate_media(color_scheme=scheme)
    page.evaluate("name => { document.body.dataset.mdColorScheme = name }", SCHEMES[scheme])


def kinds(page: Published) -> set[tuple[str, ...]]:
    """Of each element, what it is and all that it stands in."""
    return {
        tuple(f"{at.name} {at.get('class')}" for at in (tag, *tag.parents))
        for tag in page.soup.body.find_all(True)
    }


def sweep(chromium: Browser, address: str, pages: Iterable[Published]) -> list[Visit]:
    """Visit all pages. Those made from the snippets are whole visits where an element is of a new kind."""
    visits, known = [], set()
    with chromium.new_context(reduced_motion="reduce") as context:
        context.add_init_script("try { localStorage.clear() } catch {}")  # no page knows of another
        context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address.rstrip("/"))
        for published in pages:
            visit = Visit(context.new_page(), published, address)
            own = kinds(published) if published.url.startswith("code/") else set()
            visit.look(address, whole=not own or not own <= known)
            known |= own
            visit.page.close()
            visits.append(visit)
    return visits
