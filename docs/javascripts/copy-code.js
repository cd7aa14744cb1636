// <copy-code> in a listing's bar: copies the listing, folded parts included, exactly as it ran.

class CopyCode extends HTMLElement {
  connectedCallback() {
    if (this.firstChild) return
    const button = document.createElement("button")
    button.type = "button"
    button.className = "copy-code"
    const status = document.createElement("span")
    status.className = "visually-hidden"
    status.setAttribute("role", "status")
    const say = (text) => {
      button.textContent = text
      button.setAttribute("aria-label", `${text}: ${this.dataset.name}`)
    }
    say("Copy")
    button.addEventListener("click", async () => {
      const copied = await write(listing(this))
      say(copied ? "Copied" : "Press Ctrl+C")
      status.textContent = copied ? "The code is on the clipboard." : "The code is selected; press Ctrl+C to copy it."
      setTimeout(() => { say("Copy"); status.textContent = "" }, 2000)
    })
    this.append(button, status)
  }
}

const parts = (element) => [...element.closest(".listing").querySelectorAll("pre > code")]
const listing = (element) => ({
  parts: parts(element),
  text: element.closest(".listing").text?.() ?? parts(element).map((code) => code.textContent).join(""), // as it was changed
})

/** True if the text is on the clipboard; otherwise the listing is left selected. */
async function write({ parts, text }) {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch { // no secure context, or no permission
    const selection = getSelection()
    for (const part of parts) part.closest("details")?.setAttribute("open", "")
    selection.removeAllRanges()
    const range = document.createRange()
    range.setStartBefore(parts[0])
    range.setEndAfter(parts.at(-1))
    selection.addRange(range)
    return false
  }
}

/** <as-above> in the place of code that the page has shown before, with a link to it: takes its text from there. */
class AsAbove extends HTMLElement {
  connectedCallback() {
    const shown = document.getElementById(this.firstChild.hash?.slice(1))?.cloneNode(true)
    if (!shown) return
    for (const chip of shown.querySelectorAll(".fold")) chip.remove()
    for (const folded of shown.querySelectorAll(".folded")) folded.replaceWith(...folded.childNodes)
    shown.normalize()
    const ends = [shown.firstChild, shown.lastChild].filter((node) => node.data) // the empty lines around it
    for (const end of ends) end.data = end.data.replace(end === shown.firstChild ? /^\n+/ : /\n+$/, "")
    this.replaceChildren(...shown.childNodes)
  }
}

customElements.define("as-above", AsAbove)
customElements.define("copy-code", CopyCode)
