// What the theme leaves to the mouse: the menu and the search of narrow screens open with the keyboard too, and what is
// too wide or too long can be scrolled with it.

// The theme's labels of hidden checkboxes become buttons. Without JavaScript they stay labels.
const opener = (id, name) => {
  const toggle = document.getElementById(id)
  const label = document.querySelector(`.md-header__button[for="${id}"]`)
  const button = document.createElement("button")
  button.type = "button"
  button.className = label.className
  button.setAttribute("for", id) // the theme's style sheet asks for it
  button.setAttribute("aria-label", name)
  button.append(...label.childNodes)
  button.addEventListener("click", () => toggle.click())
  const show = () => button.setAttribute("aria-expanded", toggle.checked)
  toggle.addEventListener("change", () => {
    show()
    if (!toggle.checked && (document.activeElement ?? document.body) === document.body) button.focus()
  })
  show()
  label.replaceWith(button)
  return { toggle, button }
}

// The contents lead to the same places.
for (const link of document.querySelectorAll(".headerlink")) link.tabIndex = -1

const menu = opener("__drawer", "Menu")
const drawer = document.querySelector(".md-sidebar--primary")
const close = () => {
  if (!menu.toggle.checked) return
  const inside = drawer.contains(document.activeElement)
  menu.toggle.click()
  if (inside) menu.button.focus()
}
menu.toggle.addEventListener("change", () => {
  if (menu.toggle.checked) (drawer.querySelector("[aria-current]") ?? drawer.querySelector("a")).focus()
})
drawer?.addEventListener("focusout", ({ relatedTarget }) => {
  if (menu.toggle.checked && relatedTarget && !drawer.contains(relatedTarget)) menu.toggle.click()
})
addEventListener("keydown", ({ key }) => { if (key === "Escape") close() })

// Ctrl+K or ⌘K opens the search. The theme's own keys, single letters that nobody can turn off, get in the way of those who speak their
// input or press a wrong key (WCAG 2.1.4): they stop here, except in the search, where each letter is one to search for.
// At Tab the theme takes the focus from the search, and WebKit then begins at the top of the page: the search closes here, and keeps it.
const search = opener("__search", "Search")
const field = document.querySelector(".md-search__input")
search.toggle.addEventListener("change", () => { if (search.toggle.checked) field.focus() })
document.addEventListener("keydown", (event) => {
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey
  if (plain && "fs/pn,.".includes(event.key) && !search.toggle.checked) event.stopPropagation()
  if ((event.ctrlKey || event.metaKey) && event.key === "k") {
    event.preventDefault()
    if (!search.toggle.checked) search.toggle.click()
    field.focus()
  }
  if (event.code === "Tab" && search.toggle.checked) {
    event.stopPropagation()
    field.focus() // a result is no longer seen
    search.toggle.click()
  }
})

// The theme checks none of its radio buttons at first; then going backwards leads to a hidden one.
const option = document.querySelector(".md-option:has(+ label:not([hidden]))")
if (option) option.checked = true

// Firefox and Chromium let one reach what scrolls with the keyboard; others need to be told. The theme does it for code.
const NAMES = { // of what has none of its own
  formula: "Formula", "md-typeset__scrollwrap": "Table" }
const reach = (scroller) => {
  const name = NAMES[scroller.className]
  const said = { tabindex: 0, ...(name && { role: "group", "aria-label": `${name}, scrolls sideways` }) }
  for (const [attribute, value] of Object.entries(said)) {
    if (scroller.scrollWidth > scroller.clientWidth || scroller.scrollHeight > scroller.clientHeight) scroller.setAttribute(attribute, value)
    else scroller.removeAttribute(attribute)
  }
}
const scrollers = document.querySelectorAll(".formula, .output pre, .md-typeset__scrollwrap")
const watcher = new ResizeObserver((entries) => entries.forEach(({ target }) => reach(target)))
for (const scroller of scrollers) watcher.observe(scroller)
document.fonts.addEventListener("loadingdone", () => scrollers.forEach(reach)) // a font can widen what a box holds, and not the box
