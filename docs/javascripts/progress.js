// Which lessons are done, which was opened last, and how the exercises went: kept in this browser only, shown wherever they are listed.

const KEY = "calculus-for-optimization"
const FORGETS = "Your browser does not let this site store anything: marks are forgotten when you leave or reload the page."
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
  static storage = { FORGETS, FORMS, KEY, Kept, Shown, keep, kept, map, progress, same, text: only(isText) } // for the scripts that come later

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
