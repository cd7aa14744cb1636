// Which lessons are done, which was opened last, and how the exercises went: kept in this browser only, shown wherever they are listed.

const KEY = "calculus-for-optimization"
const changed = new EventTarget()

/** What a browser holds may be anything. A form gives back of a value what it can read, or undefined. */
const only = (isSound) => (value) => isSound(value) ? value : undefined
const isMap = (value) => typeof value === "object" && value !== null && !Array.isArray(value)
const isText = (value) => typeof value === "string"
const map = (form) => (value) => Object.fromEntries(
  Object.entries(isMap(value) ? value : {}).map(([key, one]) => [key, form(one, key)]).filter(([, one]) => one !== undefined))
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other)

const RESULTS = ["right", "missed", "shown"]
const isExercise = (value) => isMap(value) && RESULTS.includes(value.result)
  && (value.given === undefined || Array.isArray(value.given) && value.given.every(isText))
const FORMS = {
  __proto__: null,
  done: map(only((value) => isText(value) && /^\d{4}-\d\d-\d\d$/.test(value))), // the day, by lesson
  last: only(isText), // the lesson opened last
  exercises: map(only(isExercise)), // { result, given }, by lesson#exercise
  seed: only(Number.isInteger),
}

/** What this browser keeps under a name. What cannot be read is put aside under a name of its own, and nothing is lost. */
class Kept {
  stores = true // false while the browser refuses to keep anything
  held = null // what holds for the life of the page then
  aside = false // whether something was put aside that the reader has not been told of

  constructor(name, form) { Object.assign(this, { name, form }) }

  read() {
    let found, text = null
    if (this.stores) {
      try { found = JSON.parse(text = localStorage.getItem(this.name)) } catch (error) { this.stores = error instanceof SyntaxError }
    }
    const state = this.form(found ?? this.held)
    if (text !== null && !same(state, found)) this.putAside(text, state)
    return state
  }

  putAside(text, state) {
    try {
      localStorage.setItem(`${this.name}:unreadable:${Date.now()}`, text)
      localStorage.setItem(this.name, JSON.stringify(state))
      this.aside = true
    } catch { // no room: it stays where it is
      this.stores = false
      this.held = state
    }
  }

  /** Names of what was put aside. */
  get asides() {
    try { return Object.keys(localStorage).filter((key) => key.startsWith(`${this.name}:unreadable:`)) } catch { return [] }
  }

  /** Keep `state`, or forget everything if it is null. */
  keep(state) {
    this.stores = true
    this.read() // or what could not be read would be lost now
    this.held = state
    try {
      if (!state) for (const key of [this.name, ...this.asides]) localStorage.removeItem(key)
      else if (this.stores) localStorage.setItem(this.name, JSON.stringify(state))
    } catch { this.stores = false }
  }
}

// What the site no longer has stays in it.
const kept = new Kept(KEY, map((value, key) => FORMS[key] ? FORMS[key](value) : value))
const progress = () => ({ done: {}, exercises: {}, ...kept.read() })

function keep(state) {
  kept.keep(state)
  changed.dispatchEvent(new Event("change"))
}

/** An element that shows the progress, and goes on doing so. */
class Shown extends HTMLElement {
  connectedCallback() {
    this.show = () => this.render(progress())
    changed.addEventListener("change", this.show)
    addEventListener("storage", this.show) // another tab
    this.show()
  }

  disconnectedCallback() {
    changed.removeEventListener("change", this.show)
    removeEventListener("storage", this.show)
  }

  part(name) { return this.querySelector(`[data-part=${name}]`) }
}

customElements.define("track-progress", class extends Shown {
  render({ done }) {
    const lessons = this.dataset.lessons.split(" ")
    const count = lessons.filter((lesson) => lesson in done).length
    this.querySelector("progress").value = count
    this.querySelector(".progress__text").textContent =
      `${count} of ${lessons.length} lessons · ${Math.round((100 * count) / lessons.length)} %`
  }
})

customElements.define("done-mark", class extends Shown {
  render({ done }) {
    const isDone = this.dataset.lesson in done
    this.textContent = isDone ? "✓" : ""
    if (isDone) this.setAttribute("role", "img")
    else this.removeAttribute("role")
    if (isDone) this.setAttribute("aria-label", "done")
    else this.removeAttribute("aria-label")
  }
})

/** How an exercise went; exercises.js asks and tells by the functions of this class. */
customElements.define("exercise-mark", class extends Shown {
  static storage = { Kept, map, text: only(isText) } // for run/listing.js

  static read(key) { return progress().exercises[key] }

  /** Keep `state`, or forget it if it is null. What to tell the reader where nothing can be kept. */
  static keep(key, state) {
    const { exercises, ...rest } = progress()
    const { [key]: before, ...others } = exercises
    keep({ ...rest, exercises: state ? { ...others, [key]: state } : others })
    return kept.stores ? "" : FORGETS
  }

  /** A number of this reader's own, for the order of choices. */
  static get seed() {
    let { seed } = progress()
    if (seed === undefined) keep({ ...progress(), seed: seed = Math.floor(Math.random() * 2 ** 31) })
    return seed
  }

  render({ exercises }) {
    this.dataset.result = exercises[this.dataset.exercise]?.result ?? ""
    this.textContent = { right: "✓ right", missed: "↻ missed so far", shown: "↻ solution seen" }[this.dataset.result] ?? ""
  }
})

/** "3 of 9 exercises", of those that it names. */
customElements.define("exercise-count", class extends Shown {
  render({ exercises }) {
    const keys = this.dataset.exercises.split(" ")
    const results = keys.map((key) => exercises[key]?.result).filter(Boolean)
    const right = results.filter((result) => result === "right").length
    const review = results.length - right
    this.textContent = `${right} of ${keys.length} exercises` + (review ? ` · ${review} to review` : "")
  }
})

/** Where one left: the lesson opened last, or the first after it that is not done, among those that the page lists. */
customElements.define("continue-lesson", class extends Shown {
  render({ done, last }) {
    const marks = [...document.querySelectorAll(".lessons done-mark")]
    const from = marks.findIndex((mark) => mark.dataset.lesson === last)
    const next = from < 0 ? undefined : marks.slice(from).find((mark) => !(mark.dataset.lesson in done))
    const title = next?.closest("li").querySelector(".lessons__title")
    if (!title) return this.replaceChildren()
    const link = document.createElement("a")
    link.href = title.href
    link.textContent = title.textContent
    this.replaceChildren("Continue: ", link)
  }
})

/** The button at a lesson's end. That the lesson is on the screen makes it the one opened last. */
customElements.define("lesson-done", class extends Shown {
  connectedCallback() {
    const { lesson } = this.dataset
    if (!this.firstChild) {
      this.innerHTML = '<button type="button" class="done-button"></button><p role="status"></p>'
      this.querySelector("button").addEventListener("click", () => {
        const state = progress()
        if (lesson in state.done) delete state.done[lesson]
        else state.done[lesson] = new Date().toISOString().slice(0, 10)
        keep(state)
      })
    }
    if (progress().last !== lesson) keep({ ...progress(), last: lesson })
    super.connectedCallback()
  }

  render({ done }) {
    const isDone = this.dataset.lesson in done
    const button = this.querySelector("button")
    button.textContent = isDone ? "✓ Done. Mark as not done" : "Mark this lesson as done"
    button.classList.toggle("done-button--done", isDone)
    this.querySelector("p").textContent = isDone && !kept.stores ? FORGETS : ""
  }
})

const FORGETS = "Your browser does not let this site store anything: marks are forgotten when you leave or reload the page."

const UNREAD = "Some of what this browser had kept could not be read. It is put aside and not counted here."

const MOST = 2e7 // bytes of a file, more than a browser keeps
const many = (count, what) => `${count} ${what}${count === 1 ? "" : "s"}`

/** What the marks of a file add to those that are here, and that in words, a line each. */
function together(file) {
  const mine = progress()
  const { last, done = {}, exercises = {} } = file
  const has = Object.hasOwn
  const [marked, fresh] = [true, false].map((here) => Object.keys(done).filter((key) => has(mine.done, key) === here).length)
  const ways = { fresh: [], better: [], same: [], mine: [] }
  for (const [key, theirs] of Object.entries(exercises)) {
    const own = has(mine.exercises, key) && mine.exercises[key]
    const isBetter = theirs.result === "right" && own.result !== "right" // what was right once stays right
    ways[!own ? "fresh" : same(own, theirs) ? "same" : isBetter ? "better" : "mine"].push(key)
  }
  const taken = Object.fromEntries([...ways.fresh, ...ways.better].map((key) => [key, exercises[key]]))
  const count = (way) => ways[way].length && many(ways[way].length, "exercise")
  const codes = document.querySelectorAll("exercise-mark[data-code]")
  const code = [...codes].filter(({ dataset }) => taken[dataset.exercise]?.given?.[0]).length
  const goesOn = last !== undefined && mine.last === undefined
  const gains = [
    fresh && `${many(fresh, "lesson")} marked as done.`,
    count("fresh") && `${count("fresh")} not answered here: result and answer from the file.`,
    count("better") && `${count("better")} right in the file and not yet here: the file’s answer replaces yours.`,
    code && `${many(code, "piece")} of code among these answers. Code runs only when you press Run and check.`,
    goesOn && "The lesson to continue with.",
  ].filter(Boolean)
  const stays = [
    marked && `${many(marked, "lesson")} marked here already.`,
    count("same") && `${count("same")} the same here and there.`,
    count("mine") && `${count("mine")} with another answer in the file: yours stays.`,
  ].filter(Boolean)
  const state = { ...mine, ...(goesOn && { last }), done: { ...done, ...mine.done }, exercises: { ...mine.exercises, ...taken } }
  return { state, gains, stays }
}

/** The page "My progress": reset, export, import. Its controls stand in templates/progress.html. */
customElements.define("my-progress", class extends Shown {
  connectedCallback() {
    super.connectedCallback()
    const ask = (open) => {
      this.part("question").hidden = !open
      this.part(open ? "keep" : "reset").focus()
    }
    const does = {
      export: () => this.export(),
      reset: () => ask(true),
      keep: () => ask(false),
      forget: () => { keep(null); ask(false); this.say("Everything is forgotten.") },
    }
    for (const [part, act] of Object.entries(does)) this.part(part).onclick = act
    this.part("question").onkeydown = (event) => { if (event.key === "Escape") ask(false) }
    this.part("import").onchange = async ({ target }) => {
      const [file] = target.files
      if (file) this.say(await this.import(file))
      target.value = "" // or the same file could not be chosen again
    }
  }

  render() { this.part("storage").textContent = kept.stores ? kept.asides.length ? UNREAD : "" : FORGETS }

  say(text) { this.part("status").textContent = text }

  export() {
    const link = document.createElement("a")
    const text = JSON.stringify({ site: KEY, ...progress() }, null, 2)
    link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }))
    link.download = `${KEY}-progress.json`
    link.click()
    setTimeout(() => URL.revokeObjectURL(link.href), 1000)
    this.say(`Saved as ${link.download}.`)
  }

  /** Add the marks of a file to those that are here, once the reader has seen what changes; what came of it, in words. */
  async import(file) {
    let data = null
    try { data = JSON.parse(file.size < MOST ? await file.text() : "") } catch { /* said below */ }
    const isWhole = (key) => data[key] === undefined || same(data[key], FORMS[key](data[key]))
    if (data?.site !== KEY || !data.done || !Object.keys(FORMS).every(isWhole)) return `Nothing was taken: ${file.name} is not a file that this page has exported.`
    const { gains, stays } = together(data)
    if (!gains.length) return `There is nothing new in ${file.name}. Nothing was changed.`
    if (!await this.confirm(file.name, gains, stays)) return "Nothing was imported or changed."
    keep(together(data).state) // another tab may have changed something meanwhile
    return `${file.name} is imported.`
  }

  confirm(name, ...lists) {
    const dialog = this.part("preview")
    this.part("name").textContent = name
    for (const [at, list] of dialog.querySelectorAll("ul").entries()) {
      list.replaceChildren(...lists[at].map((text) => Object.assign(document.createElement("li"), { textContent: text })))
      list.previousElementSibling.hidden = list.hidden = !lists[at].length
    }
    dialog.returnValue = ""
    dialog.showModal()
    dialog.focus() // it is read from its top; no key that is still pressed imports
    return new Promise((resolve) => dialog.onclose = () => resolve(dialog.returnValue === "import"))
  }
})
