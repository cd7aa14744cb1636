// Exercises that answer back: holds an answer against what the build computed, names the likely slip, and has progress.js keep the result.

const kept = customElements.get("exercise-mark") // of progress.js, which stands before this file
const NUMBER = String.raw`([-+]? ?(?:\d+[.,]?\d*|[.,]\d+)(?:e[-+]?\d+)?)`
const POWER = /(?:([\d.,]) ?[·⋅∙×x*] ?|(?<![\d.,*^] ?))10 ?(?:\^|\*\*) ?(?:\(([-+]?\d+)\)|([-+]?\d+))/gi
const FORM = new RegExp(`^${NUMBER}(?: ?/ ?${NUMBER})?$`, "i")

/** What a reader's text means: 3/4, 1e-3, 4.9·10^-4, 4.9 × 10⁻⁴, −0.5, "0,5"; NaN if it is no number. */
function read(text) {
  const plainly = text.replace(/[−–]/g, "-").replace(/\s+/g, " ")
    .replace(/[⁻⁺]?[⁰¹²³⁴-⁹]+/g, (raised) => `^${raised.normalize("NFKC").replace("−", "-")}`)
    .replace(POWER, (_, digit = "1", inBrackets, power) => `${digit}e${inBrackets ?? power}`)
  const [, above, below = "1"] = plainly.match(FORM) ?? []
  if (/^[-+]? ?[1-9]\d{0,2}(,\d{3})+$/.test(above)) return NaN // 1,000 is a thousand to some, one to others
  const plain = (part) => Number(part.replace(" ", "").replace(",", "."))
  const value = above ? plain(above) / plain(below) : NaN
  return Number.isFinite(value) ? value : NaN
}

const NO_PYTHON = "This page has no Python here that could check it. Run your code on your machine and compare it with the solution."
const about = (value) => Number(value.toPrecision(/^[0.]*1/.test(value) ? 2 : 1))
const near = (given, wanted) => given.every((value, at) => !wanted[at] || Math.abs(value - wanted[at][0]) <= wanted[at][1])
const scattered = (text) => [...text].reduce((sum, sign) => Math.imul(sum ^ sign.codePointAt(0), 16777619), 2166136261) >>> 0

/** The letter or digit half round its circle, which stands for it in what is sealed (scripts/html/exercise.py). */
function opposite(sign) {
  const code = sign.charCodeAt(0), [first, size] = code < 58 ? [48, 10] : code < 91 ? [65, 26] : [97, 26]
  return String.fromCharCode(first + (code - first + size / 2) % size)
}

/** In words, how near a number is to `value`; `room` is how far is near enough. */
function compare(given, [value, room], relative) {
  const miss = Math.abs(given - value)
  const size = relative ? `${about((100 * miss) / Math.abs(value))}\u00a0%` : about(miss)
  if (miss <= room) return miss <= 1e-9 * Math.abs(value) ? "exact" : `good to within ${size}`
  if (given * value < 0) return "the sign is wrong"
  const way = value < 0 ? `${given < value ? "large" : "small"} in size` : given < value ? "low" : "high"
  return `${miss <= 3 * room ? "close, but " : ""}too ${way}, by about ${size}`
}

/** Code that is typed and not yet checked, until the tab is closed. */
function draft(key, text) {
  try {
    if (text === null) sessionStorage.removeItem(key)
    else if (text !== undefined) sessionStorage.setItem(key, text)
    return sessionStorage.getItem(key)
  } catch { return null }
}

function element(name, ...content) {
  const made = document.createElement(name)
  made.append(...content)
  return made
}

class Exercise {
  constructor(section) {
    section.classList.add("exercise--live")
    this.part = (selector) => section.querySelector(selector)
    this.key = section.dataset.exercise
    this.predicts = section.dataset.kind === "predict"
    this.sealed = JSON.parse(section.dataset.sealed.replace(/[a-z]|\d/gi, opposite))
    this.sum = scattered([section.dataset.sealed, ...[...section.querySelectorAll(".exercise__form label")].map((label) => label.textContent)].join(" "))
    this.fold = this.part(".exercise__solution")
    this.button = this.part("[type=submit]")
    this.inputs = [...section.querySelectorAll("form :is(input, textarea)")]
    this.start = this.inputs.map((input) => input.value)
    this.chooses = this.inputs[0].type === "radio"
    this.hints = section.querySelectorAll(".exercise__hints > li")
    this.shuffle([...section.querySelectorAll(".exercise__choice")])
    this.part("form").onsubmit = (event) => { event.preventDefault(); this.answer() }
    this.part(".exercise__again").onclick = () => this.reset()
    // Not "toggle": printing opens every fold too.
    this.part("summary").onclick = () => { if (!this.fold.open && !this.given) this.keep("shown") }
    this.restore(kept.read(this.key))
    if (this.sealed.checks && !document.querySelector('meta[name="python-runtime"]')) {
      this.button.disabled = true
      this.say("", NO_PYTHON)
    }
    let told = false
    this.part("form").oninput = () => {
      if (!this.sealed.checks || draft(this.key, this.inputs[0].value) !== null || told) return
      told = true
      this.part(".exercise__said").append(element("p", "Your browser lets this site store nothing: copy your code before you leave the page."))
    }
    const area = this.part("textarea")
    area?.addEventListener("focus", () => this.edit(area), { once: true })
  }

  /** The editor of the listings in the place of a text area, where it can be had. */
  async edit(area) {
    const { edit } = await import("./run/check.js").catch(() => ({}))
    if (edit) this.inputs = [await edit(area, () => this.button.click())]
  }

  /** The choices in an order of this reader's own. */
  shuffle(rows) {
    const place = new Map(rows.map((row, at) => [row, scattered(`${at} ${this.key} ${rows.length && kept.seed}`)]))
    rows[0]?.parentNode.append(...rows.sort((one, other) => place.get(one) - place.get(other)))
  }

  restore(state) {
    this.button.disabled = false
    if ((state?.of ?? this.sum) !== this.sum) { // kept of another version: its result says nothing of this one
      kept.keep(this.key, null)
      this.say("", "This exercise has changed since you answered it.")
      return this.show()
    }
    const { given } = state ?? {}
    if (Array.isArray(given)) this.inputs.forEach((input, at) => this.chooses ? (input.checked = given.includes(input.value)) : (input.value = given[at] ?? ""))
    if (this.sealed.checks) this.inputs[0].value = draft(this.key) ?? this.inputs[0].value
    else if (given) this.judge()
    this.show(state?.result)
  }

  reset() {
    kept.keep(this.key, null)
    this.running?.abort()
    draft(this.key, null)
    this.fold.open = false
    this.inputs.forEach((input, at) => {
      input.checked = false
      input.value = this.start[at]
      input.dispatchEvent(new Event("input")) // an editor colours it
      input.removeAttribute("aria-invalid")
    })
    this.show()
    this.say()
    this.inputs[0].focus()
  }

  /** Keep how it went. What was once right stays right, and who looked first has something to review. */
  keep(result, given) {
    const before = kept.read(this.key) ?? {}
    const state = { ...before, of: this.sum, ...(given && { given }), result: /right|shown/.test(before.result) ? before.result : result }
    const note = kept.keep(this.key, state)
    if (note) this.part(".exercise__said").append(element("p", note))
    this.show(state.result)
  }

  /** A guess is made once; anything else can be tried on. */
  show(result) {
    this.result = result
    const settled = this.predicts && Boolean(kept.read(this.key)?.given)
    for (const input of this.inputs) input.disabled = settled
    if (this.chooses) for (const { value, labels: [label] } of this.inputs) label.classList.toggle("exercise__truth", settled && Number(value) === this.sealed.right)
    this.button.hidden = settled
    this.given = settled || result === "right"
    this.part(".exercise__again").hidden = !result
  }

  say(mark = "", text = "", ...more) {
    const said = this.part(".exercise__said")
    said.dataset.mark = mark[0] ?? ""
    said.replaceChildren(...(mark || text ? [element("p", element("strong", mark), mark && " ", text)] : []), ...more)
  }

  answer() {
    if (this.sealed.checks) return this.run()
    const right = this.judge()
    if (right === null) return this.unread.focus()
    this.keep(right ? "right" : "missed", this.inputs.filter((input) => !this.chooses || input.checked).map((input) => input.value))
    if (!this.predicts) return
    this.fold.open = true
    this.part("summary").focus({ preventScroll: true }) // the button that had it is gone
  }

  /** Say how good the answer is: true, false, or null if there is none. */
  judge() { return this.chooses ? this.judgeChoice() : this.judgeNumbers() }

  ask(input, text) {
    this.say("", text)
    this.unread = input
    return null
  }

  verdict(right, text, hint) {
    const mark = right ? "✓ Right." : this.predicts ? "✗ It turns out otherwise." : "✗ Not yet."
    this.say(mark, text, ...(hint ? hint.cloneNode(true).childNodes : []))
    return right
  }

  judgeChoice() {
    const chosen = this.inputs.find((input) => input.checked)
    if (!chosen) return this.ask(this.inputs[0], "Choose one of the answers first.")
    return this.verdict(Number(chosen.value) === this.sealed.right, "", this.hints[chosen.value])
  }

  judgeNumbers() {
    const { answer, relative, slips } = this.sealed
    const texts = this.inputs.map((input) => input.value.trim())
    const given = texts.map(read)
    const fits = given.map((value, at) => near([value], [answer[at]]))
    this.inputs.forEach((input, at) => input.setAttribute("aria-invalid", !fits[at]))
    const named = (at, words) => given.length > 1 ? `${this.inputs[at].labels[0].textContent}: ${words}.` : `${words[0].toUpperCase()}${words.slice(1)}.`
    const unread = given.findIndex(Number.isNaN)
    const why = texts[unread] ? `“${texts[unread].slice(0, 40)}” cannot be read as a number` : "write a number first"
    if (unread >= 0) return this.ask(this.inputs[unread], `${named(unread, why)} Such as 12, -0.5, 0,5, 3/4, 1e-3 or 4.9·10^-4.`)
    const parts = given.map((value, at) => {
      const as = texts[at].includes("/") ? ` (${texts[at]} = ${Number(value.toPrecision(6))})` : ""
      return named(at, compare(value, answer[at], relative[at]) + as)
    })
    const right = !fits.includes(false)
    return this.verdict(right, parts.join(" "), right ? null : this.hints[slips.findIndex((wanted) => near(given, wanted))])
  }

  /** The button starts the checks of code, and stops them. */
  async run() {
    if (this.running) return this.running.abort()
    const { signal } = this.running = new AbortController()
    const [{ value }] = this.inputs
    const name = this.button.textContent
    this.button.textContent = "Stop"
    this.say("", "Getting Python …")
    const { check } = await import("./run/check.js").catch(() => ({}))
    const done = await check?.(value, this.sealed.checks, (text) => this.say("", text), signal) ?? { text: NO_PYTHON, printed: [] }
    this.button.textContent = name
    this.running = null
    this.say({ true: "✓ Right.", false: "✗ Not yet." }[done.ok], done.text, ...done.printed)
    if (done.ok !== undefined) this.keep(done.ok ? "right" : "missed", [value])
  }
}

for (const section of document.querySelectorAll("section.exercise")) new Exercise(section)
