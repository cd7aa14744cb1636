"""What axe-core finds on a page."""

from importlib.resources import files

from playwright.sync_api import Page

AXE = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Contrast depends on light or dark and not on the width, everything else on the width and not on
# light or dark: so each is looked at where it can differ.
COLOURS = {"runOnly": ["color-contrast"]}
STRUCTURE = {"runOnly": STANDARDS, "rules": {"color-contrast": {"enabled": False}}}
# Of texts that have the same colours and size, as has all that they stand in, contrast is measured on one.
FOUND = """async (options) => {
    const parts = ["color", "backgroundColor", "backgroundImage", "opacity", "fontSize", "fontWeight", "filter",
        "position", "textShadow", "mixBlendMode", "-webkit-text-stroke-width", "-webkit-text-fill-color"]
    const looks = new Map(), look = new Map()
    for (const element of document.querySelectorAll("*")) {
        const style = getComputedStyle(element), { parentElement, childNodes } = element
        const text = [...childNodes].some((node) => node.nodeType === 3 && node.data.trim())
        const visible = element.checkVisibility({ visibilityProperty: true, opacityProperty: true })
        const before = getComputedStyle(element, "::before").backgroundColor
        const all = [look.get(parentElement), text, visible, before, ...parts.map((part) => style[part])].join()
        element.toggleAttribute("data-looked-at", !looks.has(all))
        if (!looks.has(all)) looks.set(all, looks.size)
        look.set(element, looks.get(all))
    }
    axe.configure({ rules: [{ id: "color-contrast", selector: "[data-looked-at]" }] })
    const { violations } = await axe.run(document, { ...options, resultTypes: ["violations"] })
    return violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => `${id} at ${target}: ${failureSummary}`))
}"""
# Read to the end, once: code that scrolls takes the focus, and a figure comes alive, once it has come into sight.
READ = """async () => {
    const frame = () => new Promise(requestAnimationFrame)
    await document.fonts.ready
    for (let y = 0; y < document.documentElement.scrollHeight && !window.isRead; y += innerHeight) {
        scrollTo(0, y)
        await frame()
    }
    window.isRead = true
    scrollTo(0, 0)
    for (let n = 0; n < 3; n++) await frame()
}"""


def problems(page: Page, *options: dict) -> list[str]:
    page.evaluate(READ)
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(AXE)
    return [
        f"{page.viewport_size['width']}px, {problem}"
        for each in options
        for problem in page.evaluate(FOUND, each)
    ]
