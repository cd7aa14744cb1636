// The numbers of a listing as handles: push one by the hand or with the arrow keys, and what the listing prints and draws follows.

const FORM = /^(-?)(\d*\.?\d*)(?:e([-+]?\d+))?$/i
const SIGN = /(?:^|[([{=,:<>*/%+]|\b(?:return|in|and|or|not|if|else))[ \t]*-$/m // a minus that belongs to the number after it
const NAME = /([\p{L}_][\p{L}\p{N}_.]*)\s*=\s*$/u // whose value it is
const NAMES = /^\s*([\p{L}_][\p{L}\p{N}_]*(?:\s*,\s*[\p{L}_][\p{L}\p{N}_]*)+)\s*=(?!=)(.*)$/u // several values
const PULL = 6 // pixels of a pointer's way that make one step

/** A number as it is written, `steps` of its own farther: the unit of its last digit or, where it has an exponent, a power of ten. */
export function moved(text, steps) {
  const [, sign, digits, power] = FORM.exec(text)
  if (power && Number.isInteger(steps)) return `${sign}${digits}e${Number(power) + steps}`
  const [, decimals = ""] = digits.split(".")
  const value = Number(sign + digits) + steps * 10 ** -decimals.length
  const made = value.toFixed(decimals.length + (Number.isInteger(steps) ? 0 : 1)).replace(/^-(?=[0.]*$)/, "")
  return made + (digits.endsWith(".") ? "." : "") + (power ? `e${power}` : "")
}

const isNumber = (text) => /\d/.test(text) && FORM.test(text)
const isSeen = (one) => one.checkVisibility() && !one.closest(".folded:not(.fold:checked + *)")

export class Numbers {
  /** `box` is the listing. `pushed(text, state)` hears its whole text after each push, and as an address has it what was pushed. */
  constructor(box, pushed) {
    this.parts = [...box.querySelectorAll(".highlight pre > code")]
    this.pushed = pushed
    this.names = new Map() // under which an address knows each
    this.all = this.parts.flatMap((part) => [...part.querySelectorAll(".mi, .mf")]).filter((one) => isNumber(one.textContent))
    for (const one of this.all.toReversed()) this.make(one) // of two with one name, that of the later line is the plain one
    const first = this.all.find(isSeen)
    if (first) first.tabIndex = 0 // one stop for the Tab key; the arrow keys lead to the others
  }

  get text() { return this.parts.map((part) => part.textContent).join("") }

  get state() {
    return [...this.names].filter(([, one]) => one.textContent !== one.dataset.built).map(([name, one]) => `${name}=${one.textContent}`).join(",")
  }

  /** Set numbers as an address has them; all others are as they were built. */
  set(state) {
    for (const one of this.all) this.put(one, one.dataset.built)
    for (const [name, text = ""] of state.split(",").map((part) => part.split("=")))
      if (this.names.has(name) && isNumber(text)) this.put(this.names.get(name), text)
  }

  /** Show `text`, if it differs from what stands here in nothing but numbers; whether it does. */
  take(text) {
    const form = this.between().map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("(-?(?:\\d+\\.?\\d*|\\.\\d+)(?:e[-+]?\\d+)?)")
    const [whole, ...found] = new RegExp(`^${form}$`, "i").exec(text) ?? []
    found.forEach((number, at) => this.put(this.all[at], number))
    return whole !== undefined
  }

  /** What stands before, between and after the numbers. */
  between() {
    const found = [""]
    for (const part of this.parts) {
      const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT)
      for (let node; (node = walker.nextNode());) {
        if (node.parentElement.classList.contains("number")) found.push("")
        else found[found.length - 1] += node.data
      }
    }
    return found
  }

  make(one) {
    const before = one.previousSibling
    if (before?.nodeType === Node.TEXT_NODE && SIGN.test(before.data)) {
      before.data = before.data.slice(0, -1)
      one.prepend("-")
      one.normalize()
    }
    const name = this.name(one)
    let known = name.text ?? "number"
    for (let count = 2; this.names.has(known); count++) known = `${name.text ?? "number"}-${count}`
    this.names.set(known, one)
    one.dataset.built = one.textContent
    one.classList.add("number")
    one.tabIndex = -1
    one.setAttribute("role", "spinbutton")
    one.setAttribute("aria-label", `${name.text ?? "number"}, line ${name.line}`)
    this.put(one, one.textContent)
    one.addEventListener("keydown", (event) => this.press(event, one))
    one.addEventListener("pointerdown", (event) => this.hold(event, one))
    one.addEventListener("dblclick", () => this.type(one))
    one.title = "Drag it, or press the arrow keys; Enter, or two clicks, to type"
  }

  /** Whose value it is, if a name stands before it, and its line. */
  name(one) {
    const at = this.parts.findIndex((part) => part.contains(one)), range = document.createRange()
    range.setStart(this.parts[at], 0)
    range.setEndBefore(one)
    const lines = (this.parts.slice(0, at).map((part) => part.textContent).join("") + range).split("\n")
    const [, names, values] = NAMES.exec(lines.at(-1)) ?? []
    const before = values?.replace(/\([^()]*\)|\[[^[\]]*\]/g, "").split(",")
    const text = names ? (before.at(-1).trim() ? undefined : names.split(",")[before.length - 1]?.trim()) : NAME.exec(lines.at(-1))?.[1]
    return { text, line: lines.length }
  }

  put(one, text) {
    one.textContent = text
    one.setAttribute("aria-valuenow", Number(text).toFixed(20).replace(/\.?0+$/, "")) // without an exponent
    one.setAttribute("aria-valuetext", text)
    one.classList.toggle("number--pushed", text !== one.dataset.built)
  }

  push(one, text) {
    if (text === one.textContent || !Number.isFinite(Number(text))) return
    this.put(one, text)
    this.pushed(this.text, this.state)
  }

  press(event, one) {
    const { key, shiftKey, altKey, ctrlKey, metaKey } = event
    const by = { ArrowUp: 1, ArrowDown: -1 }[key], to = { ArrowLeft: -1, ArrowRight: 1 }[key]
    if (ctrlKey || metaKey || one.isContentEditable) return
    if (by) this.push(one, moved(one.textContent, by * (shiftKey ? 10 : altKey ? 0.1 : 1)))
    else if (to) this.go(this.beside(one, to))
    else if (key === "Escape") this.push(one, one.dataset.built)
    else if (key === "Enter") this.type(one)
    else return
    event.preventDefault()
  }

  /** The next that one sees, in this direction. */
  beside(one, to) {
    const seen = this.all.filter(isSeen)
    return seen[seen.indexOf(one) + to] ?? one
  }

  go(one) {
    for (const other of this.all) other.tabIndex = other === one ? 0 : -1
    one.focus()
  }

  /** Let the reader type the number; Enter takes it, Escape goes back. */
  type(one) {
    if (one.isContentEditable) return
    const was = one.textContent
    one.contentEditable = "plaintext-only"
    getSelection().selectAllChildren(one)
    const end = (taken) => {
      one.removeEventListener("keydown", keys, { capture: true })
      one.removeEventListener("blur", leave)
      one.contentEditable = "inherit"
      const text = one.textContent.trim().replace("−", "-").replace(",", ".")
      one.textContent = was
      if (taken && isNumber(text)) this.push(one, text)
    }
    const keys = (event) => {
      if (event.key !== "Enter" && event.key !== "Escape") return
      event.preventDefault()
      event.stopImmediatePropagation()
      end(event.key === "Enter")
    }
    const leave = () => end(true)
    one.addEventListener("keydown", keys, { capture: true })
    one.addEventListener("blur", leave)
  }

  hold(event, one) {
    if (event.button || one.isContentEditable) return
    event.preventDefault()
    this.go(one)
    const from = event.clientX, was = one.textContent
    one.setPointerCapture(event.pointerId)
    const follow = ({ clientX, shiftKey, altKey }) => {
      const steps = Math.round((clientX - from) / PULL)
      this.push(one, steps ? moved(was, steps * (shiftKey ? 10 : altKey ? 0.1 : 1)) : was)
    }
    const end = () => one.removeEventListener("pointermove", follow)
    one.addEventListener("pointermove", follow)
    one.addEventListener("lostpointercapture", end, { once: true })
  }
}
