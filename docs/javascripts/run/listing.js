// One listing that its reader edits and runs. The built listing and output stay in the page, out of sight while the reader's stand.

import { canKeep, isWanted, keep as keepPython, run } from "./python.js"
import { styled } from "./style.js"

const MB = 1e6
const TITLE = "Output of your run"
const HINTS = { // for the errors that this place makes likely
  EOFError: "There is no keyboard to ask here: write the value into the code.",
  ModuleNotFoundError: "This Python has its standard library, NumPy and Matplotlib.",
}

const element = (tag, properties, ...children) => {
  const made = Object.assign(document.createElement(tag), properties)
  made.append(...children)
  return made
}

export class Listing {
  /** `control` is the <run-code> of the listing. */
  constructor(control) {
    this.control = control
    this.box = control.closest(".listing")
    this.figure = this.box.closest("figure")
    this.id = this.box.closest("[id]").id
    this.name = control.dataset.name
    this.code = this.box.querySelector(".highlight")
    this.built = this.box.built = builtText(this.box)
    this.outputs = [...this.box.querySelectorAll(":scope > .output")]
    this.numbers = this.figure?.querySelector(".figure__fold > .output")
    this.key = keyOf(this.box, this.built)
    this.text = kept(this.key) ?? this.built
    this.box.text = () => this.text // what the listing's Copy takes
    this.status = element("span", { className: "visually-hidden" })
    this.status.setAttribute("role", "status")
    this.resetButton = this.button("Reset", () => this.reset())
    this.resetButton.classList.add("run-code--reset")
    this.mark = element("span", { className: "run-code__changed", textContent: "You changed this" })
    control.prepend(this.mark, this.resetButton)
    control.append(this.status)
    this.runButton = control.querySelector(".run-code--run")
    this.editButton = control.querySelector(".run-code--edit")
    this.show()
    if (this.text !== this.built) this.handles().then((numbers) => numbers.take(this.text) || this.edit({ focus: false }))
    else if (isWanted()) this.handles()
    else addEventListener("python", () => this.handles(), { once: true })
    this.go(true)
    if (texts.aside && control.checkVisibility()) {
      control.note("Some of what this browser kept of your code could not be read; it is put aside.")
      texts.aside = false
    }
  }

  button(label, act) {
    const button = element("button", { type: "button", className: "run-code", textContent: label, onclick: act })
    button.setAttribute("aria-label", `${label}: ${this.name}`)
    return button
  }

  label(button, text) {
    button.textContent = text
    button.setAttribute("aria-label", `${text}: ${this.name}`)
  }

  /** What the bar says of the text. */
  show() {
    const changed = this.text !== this.built
    const dropped = !changed && this.dropped
    this.mark.hidden = !changed
    this.resetButton.hidden = !changed && !dropped
    this.label(this.resetButton, dropped ? "Undo reset" : "Reset")
    if (dropped) this.resetButton.textContent = "Undo" // a phone's bar has no more room
  }

  // --- push a number ---------------------------------------------------------------------------------------------------

  /** Its numbers as handles, once. */
  handles() {
    return this.handled ??= import("./numbers.js").then(({ Numbers }) => new Numbers(this.box, (text, state) => {
      this.change(text)
      this.address(state)
      if (isWanted()) this.follow()
    }))
  }

  /** Write into the address what was pushed. */
  address(state) {
    clearTimeout(this.writing)
    this.writing = setTimeout(() => history.replaceState(history.state, "", `#${this.id}${state && ":"}${state}`), 200) // browsers refuse to write it often
  }

  /** Take numbers from the address: `#block-2:h=1e-9`. Who arrives by it sees them; who presses a link sees what comes of them, too. */
  async go(arrives = false) {
    const [id, state] = location.hash.slice(1).split(":")
    if (id !== this.id || !state) return
    for (let at = this.box; (at = at.parentElement?.closest("details")); ) at.open = true
    const numbers = await this.handles()
    if (!numbers.take(this.text)) return this.control.note("You changed more than numbers here: reset it, and take the link again.")
    numbers.set(state)
    this.put(numbers.text)
    if (arrives) this.box.scrollIntoView() // a fold may have been opened around it
    if (arrives || !isWanted()) this.runButton.focus({ preventScroll: true })
    else this.follow()
  }

  /** Put this text in the place of what stands here. */
  put(text) {
    this.change(text)
    if (this.editor) this.editor.value = text
    else this.handles().then((numbers) => numbers.take(text))
  }

  /** Run what stands there now. While that runs, only the newest text waits. */
  async follow() {
    this.late = true
    if (this.following) return
    this.following = true
    while (this.late) {
      await this.ended
      this.late = false
      await this.run(false, true)
    }
    this.following = false
  }

  // --- edit ------------------------------------------------------------------------------------------------------------

  async edit({ focus = true } = {}) {
    this.opened ??= this.open()
    try { await this.control.meanwhile(this.opened) } catch (error) {
      console.warn(error)
      this.opened = null
      return this.control.note("No editor loaded. Reload the page.")
    }
    this.box.classList.toggle("listing--edited", true)
    this.editButton.hidden = true
    if (focus) this.editor.focus()
  }

  async open() {
    const { open } = await import("./editor.js")
    const hint = element("p", { className: "listing__hint", id: `${this.name.replace(" ", "-")}-keys`, tabIndex: -1 },
      `${/Mac|iP/.test(navigator.platform) ? "⌘" : "Ctrl"}+Enter runs. Tab indents; Esc, then Tab, leaves the editor.`)
    this.editor = open(this.text, {
      label: `Code of ${this.name}`,
      hint: hint.id,
      onChange: (text) => this.change(text),
      onRun: () => this.run(),
    })
    this.code.after(this.editor.element, hint)
  }

  change(text) {
    if (text === this.text) return
    this.text = text
    if (text !== this.built) this.dropped = null
    if (!keep(this.key, text === this.built ? null : text)) this.control.note("Your browser lets this site store nothing: copy your code before you leave the page.")
    this.show()
  }

  /** Back to the built text and output; or the reader's text once more. */
  reset() {
    const back = this.dropped
    this.dropped = back ? null : this.text
    this.late = false
    this.hides = !back && Boolean(this.stop) // what runs is of a text that is gone
    this.control.note("")
    this.put(back ?? this.built)
    if (location.hash.startsWith(`#${this.id}:`) || this.writing) this.address("")
    this.show()
    if (!back) this.hideResult()
    this.status.textContent = back ? "Your text is back." : "The listing is as it was."
  }

  // --- run -------------------------------------------------------------------------------------------------------------

  /** `pressed` is true for the button, which may be far from the output; `quietly`, what was printed before stands until there is more to show. */
  run(pressed = false, quietly = false) {
    if (!this.stop) this.ended = this.runNow(pressed, quietly)
    return this.ended
  }

  async runNow(pressed, quietly) {
    const stopping = new AbortController()
    this.stop = () => { this.late = false; stopping.abort() }
    const told = { stdout: "", figures: [], parts: [] }
    const offerStop = () => {
      this.label(this.runButton, "Stop")
      this.runButton.onclick = this.stop
      this.status.textContent = "Running"
    }
    const soon = setTimeout(offerStop, 500)
    if (!quietly) offerStop()
    this.showResult(quietly)
    await styled
    if (pressed) this.panel.scrollIntoView({ block: "nearest" })
    this.editor?.mark(null)
    const source = this.text
    const slow = setTimeout(() => this.progress({ text: "Starting" }), 150)
    let since = performance.now(), result, alive
    try {
      result = await run(source, {
        signal: stopping.signal,
        name: this.name,
        needs: await this.needs(),
        onOutput: (text, stream) => {
          this.progress(null)
          if (quietly) told.parts.push([text, stream])
          else this.write(text, stream)
          if (stream === "stdout") told.stdout += text
        },
        onFigure: (svg) => told.figures.push(svg),
        onProgress: (step) => {
          clearTimeout(slow)
          this.progress(step.running ? null : step)
          if (!step.running) return
          since = performance.now()
          alive = setInterval(() => {
            const where = quietly ? this.title : this.verdict
            where.textContent = `Running, ${Math.round((performance.now() - since) / 1000)} s`
          }, 1000)
        },
      })
      if (quietly) this.samp.replaceChildren()
      for (const [text, stream] of told.parts) this.write(text, stream)
      this.write(result.traceback || (result.error && !result.stopped ? `${result.error}\n` : ""), "stderr")
      this.draw(told.figures)
      this.editor?.mark(result.line)
    } catch (error) {
      const what = error.begun ? "Python ended" : "Python could not be started here"
      result = { ok: false, error: `${what}: ${error.message}. Press Run to try once more.` }
      this.write(`${result.error}\n`, "stderr")
    }
    clearTimeout(slow)
    clearTimeout(soon)
    clearInterval(alive)
    this.progress(null)
    this.stop = null
    this.label(this.runButton, "Run")
    this.runButton.onclick = () => this.run(true)
    this.title.textContent = TITLE
    this.conclude(result, source, told, performance.now() - since, quietly)
    if (this.hides) this.hideResult()
    this.hides = false
    const { top } = this.panel.getBoundingClientRect()
    if (pressed && top > 0 && top < innerHeight) this.panel.scrollIntoView({ block: "nearest" })
  }

  /** For a lab's cell: the cells above, as the reader left them, and the files that a lab imports. */
  async needs() {
    const address = this.control.dataset.needs
    if (!address) return undefined
    const cells = [...document.querySelectorAll("run-code[data-needs]")]
    const answer = await fetch(address)
    if (!answer.ok) throw new Error(`the server answered ${answer.status} for ${address}`)
    return { above: cells.slice(0, cells.indexOf(this.control)).map((cell) => textOf(cell.closest(".listing"))), files: await answer.json() }
  }

  /** A line under the output that says how it ended. */
  conclude(result, source, told, milliseconds, quietly) {
    const said = result.error?.split("\n").at(-1) ?? "" // of a syntax error the last line names it
    const seconds = milliseconds < 10_000 ? `${Number((Math.max(milliseconds, 1) / 1000).toPrecision(2))} s` : `${Math.round(milliseconds / 1000)} s`
    const output = this.numbers ?? this.outputs.find((output) => !output.matches(".output--warning"))
    const shown = output?.querySelector("samp")?.textContent ?? ""
    const drawn = told.figures.length === Number(Boolean(this.figure))
    const near = output && "differs" in output.dataset && withoutNumbers(told.stdout) === withoutNumbers(shown)
    let text = `Ran in ${seconds}`
    if (result.stopped) text = `${result.error[0].toUpperCase()}${result.error.slice(1)}.`
    else if (/^(MemoryError|numpy.*MemoryError)/.test(result.error ?? "")) text = "It wanted more memory than this page may take (1 GiB)."
    else if (result.error) text = result.line ? `It ended in an error in line ${result.line}.` : "It ended in an error."
    else if (source === this.built && drawn && told.stdout === shown) text += ": the same as when the site was built."
    else if (source === this.built && drawn && near) text += ": the same as when the site was built, but for last digits."
    else if (source === this.built) text += ": not the same as when the site was built."
    else text += told.stdout || told.figures.length ? "." : " and printed nothing."
    text += HINTS[said.split(":")[0]] ? ` ${HINTS[said.split(":")[0]]}` : ""
    this.verdict.textContent = text
    if (this.figure && told.figures.length)
      this.verdict.append(" ", element("a", { href: `#${this.figure.id}`, textContent: "It stands above." }))
    this.panel.dataset.result = result.ok ? "ok" : "error"
    if (result.ok) this.offer()
    clearTimeout(this.saying) // while one pushes, what comes of it is said once the hand rests
    const heard = quietly && result.ok ? told.stdout.trimEnd().split("\n").at(-1) : said
    this.saying = setTimeout(() => { this.status.textContent = `${text} ${result.stopped ? "" : heard}` }, quietly ? 800 : 0)
  }

  /** Python for reading without a network, if the reader wants it. */
  async offer() {
    if (document.querySelector(".output__keep") || !(await canKeep())) return
    const megabytes = Math.round(document.querySelector('meta[name="python-runtime"]').dataset.whole / MB)
    const button = element("button", { type: "button", className: "output__back output__keep", textContent: `Keep Python for offline use (${megabytes} MB)` })
    button.onclick = async () => {
      button.disabled = true
      button.textContent = "Keeping Python …"
      const kept = await keepPython().then(() => "Python is kept: listings now run without a network.", () => "Python could not be kept; there may be too little room.")
      this.status.textContent = kept
      button.replaceWith(element("span", { textContent: kept }))
    }
    this.back.before(button)
  }

  showResult(quietly = false) {
    const isNew = this.panel?.hidden ?? true
    if (!this.panel) {
      this.samp = element("samp")
      this.waiting = element("div", { className: "output__progress", hidden: true })
      this.verdict = element("span", { className: "output__verdict" })
      this.back = element("button", { type: "button", className: "output__back", textContent: this.figure ? "Show the built figure" : "Show the built output" })
      this.back.onclick = () => this.hideResult()
      const shown = element("pre", { tabIndex: 0 }, this.samp)
      shown.setAttribute("aria-label", `What ${this.name} printed now`)
      this.panel = element("div", { className: "output output--live" },
        this.title = element("span", { className: "output__label", textContent: TITLE }),
        this.waiting, shown, element("p", { className: "output__end" }, this.verdict, this.back))
      this.panel.setAttribute("role", "group")
      this.panel.setAttribute("aria-label", `Output of your run of ${this.name}`)
      this.box.append(this.panel)
    }
    if (!quietly || isNew) {
      this.samp.replaceChildren(...(quietly ? [this.outputs.map((output) => output.querySelector("samp").textContent).join("")] : []))
      this.verdict.textContent = ""
      this.panel.classList.toggle("output--pushed", quietly)
    }
    if (!quietly) delete this.panel.dataset.result
    this.box.classList.add("listing--run")
    this.panel.hidden = false
    for (const output of this.outputs) output.hidden = true
  }

  hideResult() {
    if (!this.panel || this.stop) return
    const inside = this.panel.contains(document.activeElement)
    this.panel.hidden = true
    this.box.classList.remove("listing--run")
    for (const output of this.outputs) output.hidden = false
    this.draw([])
    if (inside) this.runButton.focus()
  }

  write(text, stream) {
    if (!text) return
    const end = this.samp.lastChild
    if (stream === "stdout" && end?.nodeType === Node.TEXT_NODE) end.appendData(text)
    else if (stream === "stdout") this.samp.append(text)
    else if (end?.className === "output__error") end.textContent += text
    else this.samp.append(element("span", { className: "output__error", textContent: text }))
  }

  /** What one waits for, in the place of the output; null when it is over. */
  progress(step) {
    this.waiting.hidden = !step
    if (!step) return
    if (!this.waiting.firstChild) this.waiting.append(element("progress"), element("span"))
    const [bar, words] = this.waiting.children
    if (this.status.textContent !== step.text) this.status.textContent = step.text // once for each step
    if (step.bytes < step.all) bar.value = step.bytes / step.all
    else bar.removeAttribute("value")
    bar.setAttribute("aria-label", step.text)
    words.textContent = step.text + (step.amount ?? "")
  }

  /** Put the figures of a run in the place of the built one; with none, the built one comes back. */
  draw(figures) {
    const place = this.figure ?? this.panel
    for (const old of place.querySelectorAll(".plot--live")) old.remove()
    const pictures = figures.map((source, number) => picture(source, `${this.name.replace(" ", "-")}-run-${number}-`))
    pictures.forEach((svg, number) => {
      svg.setAttribute("aria-label", `Figure ${number + 1} that your run of ${this.name} drew`)
      if (!this.figure) this.panel.append(svg)
    })
    if (this.figure) {
      this.figure.prepend(...pictures)
      this.figure.classList.toggle("figure--live", pictures.length > 0)
    }
  }
}

const withoutNumbers = (text) => text.replace(/[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?/g, "0")

/** The text of a listing, as its reader left it. */
function textOf(box) {
  return box.text?.() ?? builtText(box)
}

const builtText = (box) => box.built ?? [...box.querySelectorAll(".highlight pre > code")].map((part) => part.textContent).join("")

const DRAWS = new Set("svg g defs path use clipPath rect circle line polyline polygon text tspan image pattern linearGradient stop marker".split(" "))
const LOOKS = /^(class|id|d|[xy][12]?|[cr][xy]|r|width|height|viewBox|points|offset|href|role|overflow|preserveAspectRatio|opacity|transform|fill|stroke|color|orient|ref[XY]|(clip|fill|stroke|stop|font|text|marker|image|letter|word|baseline|dominant|shape|vector)-[a-z-]+|(clipPath|pattern|gradient|marker)\w+)$/
const CLASSES = /^([fs]-\w+|plot)$/ // what figures.py gives

/** A drawing as an element: what Matplotlib draws, and nothing that acts, asks, or passes for a part of the page. */
function picture(source, prefix) {
  const drawn = source.replaceAll("@@", prefix).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ')
  const svg = new DOMParser().parseFromString(drawn, "image/svg+xml").documentElement
  const own = (address) => address.startsWith(`#${prefix}`)
  const allows = ({ name, value }) => LOOKS.test(name)
    && (name !== "id" || value.startsWith(prefix))
    && (name !== "href" || own(value) || /^data:image\/(png|jpeg);/.test(value))
    && (name !== "class" || value.split(/\s+/).every((one) => !one || CLASSES.test(one)))
    && [...value.matchAll(/url\(\s*["']?([^)]*)/gi)].every(([, address]) => own(address))
  for (const part of [svg, ...svg.querySelectorAll("*")]) {
    if (part.namespaceURI !== "http://www.w3.org/2000/svg" || !DRAWS.has(part.localName)) part.remove()
    for (const attribute of [...part.attributes]) if (!allows(attribute)) part.removeAttribute(attribute.name)
  }
  if (svg.localName !== "svg" || !svg.isConnected) return element("p", { textContent: "This figure cannot be shown." })
  svg.classList.add("plot--live")
  return document.importNode(svg, true)
}

// --- kept in this browser ----------------------------------------------------------------------------------------------

/** A short sum of a text: a listing that the authors changed is another listing. */
function sum(text) {
  let value = 0x811c9dc5
  for (const character of text) value = Math.imul(value ^ character.codePointAt(0), 0x01000193)
  return (value >>> 0).toString(36)
}

const { Kept, map, text } = customElements.get("exercise-mark").storage // of progress.js, which every page has
const texts = new Kept("calculus-for-optimization:code", map(map(text))) // { page: { key: the reader's text } }

/** Under which a listing's text is kept: of several with the same built text each has its own. */
function keyOf(box, built) {
  const equal = [...document.querySelectorAll("run-code")].map((control) => control.closest(".listing")).filter((other) => builtText(other) === built)
  const at = equal.indexOf(box)
  return at ? `${sum(built)}-${at + 1}` : sum(built)
}

const kept = (key) => texts.read()[location.pathname]?.[key]

/** Keep the reader's text of a listing, or forget it if it is null; whether the browser does. */
function keep(key, text) {
  const all = texts.read()
  const page = all[location.pathname] ??= {}
  if (text === null) delete page[key]
  else page[key] = text
  if (!Object.keys(page).length) delete all[location.pathname]
  texts.keep(all)
  return texts.stores
}
