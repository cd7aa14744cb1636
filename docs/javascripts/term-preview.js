// What a term means, shown beside its link (<a class="term" title="…">) to the glossary: while the pointer is on it, while it has the
// keyboard's focus, and at the first tap; the second tap follows the link. Escape closes it, and the pointer may move onto it.

const preview = Object.assign(document.createElement("span"), { id: "term-preview", role: "tooltip", popover: "manual" })
let shown = null // the link whose preview it is
let waiting

const later = (milliseconds, act) => {
  clearTimeout(waiting)
  waiting = setTimeout(act, milliseconds)
}

function show(link, more = "") {
  hide()
  shown = link
  if (link.title) { // or the browser would say it a second time
    link.dataset.means = link.title
    link.removeAttribute("title")
  }
  preview.textContent = link.dataset.means + more
  link.after(preview)
  link.setAttribute("aria-describedby", preview.id)
  preview.showPopover()
  const { left, top, bottom } = link.getClientRects()[0]
  const { width, height } = preview.getBoundingClientRect()
  const above = bottom + height + 8 > innerHeight && top > height + 8
  preview.style.left = `${scrollX + Math.max(8, Math.min(left, document.documentElement.clientWidth - width - 8))}px`
  preview.style.top = `${scrollY + (above ? top - height - 4 : bottom + 4)}px`
}

function hide() {
  clearTimeout(waiting)
  shown?.removeAttribute("aria-describedby")
  shown = null
  preview.remove()
}

const term = (event) => event.target.closest?.("a.term")

function over(event) {
  const link = term(event)
  if (event.pointerType === "touch") return
  if (preview.contains(event.target) || (link && link === shown)) clearTimeout(waiting)
  else if (link) later(150, () => show(link))
  else if (shown !== document.activeElement) later(250, hide)
}

function click(event) {
  const link = term(event)
  if (link && link !== shown && event.pointerType === "touch") {
    event.preventDefault()
    event.stopPropagation()
    show(link, " Tap again for the glossary.")
  } else if (!preview.contains(event.target)) hide()
}

if ("popover" in preview.constructor.prototype) { // elsewhere the title does
  document.addEventListener("pointerover", over)
  document.addEventListener("focusin", (event) => { if (term(event)?.matches(":focus-visible")) show(term(event)) })
  document.addEventListener("focusout", (event) => { if (term(event) === shown) hide() })
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide() })
  document.addEventListener("click", click, true)
}
