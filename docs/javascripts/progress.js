// Which lessons are done, which was opened last, and how the exercises went: kept in this browser only, shown wherever they are listed.

const KEY = "calculus-for-optimization"
const ASIDE = `${KEY}:unreadable:`
const changed = new EventTarget()
let stores = true // false while the browser refuses to keep anything
let held = null // what holds for the life of the page then

const isDay = (value) => /^\d{4}-\d\d-\d\d$/.test(value)
const isMap = (value) => typeof value === "object" && value !== null && !Array.isArray(value)

const isExercise = (value) => isMap(value) && ["right", "missed", "shown"].includes(value.result)
const sound = (map, isSound) => Object.fromEntries(Object.entries(isMap(map) ? map : {}).filter(([, value]) => isSound(value)))

/**
 * What is kept: {done: {lesson: day}, last: lesson, exercises: {lesson#exercise: {result, given}}, seed: number}.
 * What the site no longer has stays in it; what is broken does not.
 */
function progress() {
  let kept = held, text = null
  if (stores) {
    try { kept = JSON.parse(text = localStorage.getItem(KEY)) } catch (error) { stores = error instanceof SyntaxError }
  }
  const { done, exercises } = kept ?? {}
  const state = { ...(isMap(kept) && kept), done: sound(done, isDay), exercises: sound(exercises, isExercise) }
  const same = (map, read) => map === undefined || JSON.stringify(map) === JSON.stringify(read)
  if (text !== null && !(isMap(kept) && same(done, state.done) && same(exercises, state.exercises))) putAside(text, state)
  return state
}

/** Keep what could be read, and the text that it was read from under a name of its own: nothing is lost. */
function putAside(text, state) {
  try {
    localStorage.setItem(`${ASIDE}${Date.now()}`, text)
    localStorage.setItem(KEY, JSON.stringify(state))
  } catch { stores = false } // no room: it stays where it is
}

const asides = () => { try { return Object.keys(localStorage).filter((key) => key.startsWith(ASIDE)) } catch { return [] } }

/** Keep `state`, or forget everything if it is null. */
function keep(state) {
  held = state
  try {
    if (state) localStorage.setItem(KEY, JSON.stringify(state))
    else localStorage.removeItem(KEY)
    stores = true
  } catch { stores = false }
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
  static read(key) { return progress().exercises[key] }

  /** Keep `state`, or forget it if it is null. What to tell the reader where nothing can be kept. */
  static keep(key, state) {
    const { exercises, ...rest } = progress()
    const { [key]: before, ...others } = exercises
    keep({ ...rest, exercises: state ? { ...others, [key]: state } : others })
    return stores ? "" : FORGETS
  }

  /** A number of this reader's own, for the order of choices. */
  static get seed() {
    let { seed } = progress()
    if (!Number.isInteger(seed)) keep({ ...progress(), seed: seed = Math.floor(Math.random() * 2 ** 31) })
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
    this.textContent = `${right} of ${keys.length} exercises${review ? ` · ${review} to review` : ""}`
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
    this.querySelector("p").textContent = isDone && !stores ? FORGETS : ""
  }
})

const FORGETS = "Your browser does not let this site store anything: marks are forgotten when you leave or reload the page."

const UNREAD = "Some of what this browser had kept could not be read. It is put aside and not counted here."

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
      forget: () => { for (const key of asides()) localStorage.removeItem(key); keep(null); ask(false); this.say("Everything is forgotten.") },
    }
    for (const [part, act] of Object.entries(does)) this.part(part).onclick = act
    this.part("question").onkeydown = (event) => { if (event.key === "Escape") ask(false) }
    this.part("import").onchange = async ({ target }) => {
      if (target.files[0]) this.say(await this.import(target.files[0]))
      target.value = "" // or the same file could not be chosen again
    }
  }

  render() { this.part("storage").textContent = stores ? asides().length ? UNREAD : "" : FORGETS }

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

  /** Add the marks of a file to those that are here; what it took, in words. */
  async import(file) {
    let data = null
    try { data = JSON.parse(file.size < 1e6 ? await file.text() : "") } catch { /* said below */ }
    const { done, exercises = {} } = isMap(data) ? data : {}
    const whole = isMap(done) && Object.values(done).every(isDay) && isMap(exercises) && Object.values(exercises).every(isExercise)
    if (data?.site !== KEY || !whole)
      return `Nothing was taken: ${file.name} is not a file that this page has exported.`
    const { site, ...taken } = data
    const mine = progress()
    const fresh = Object.keys(done).filter((lesson) => !(lesson in mine.done)).length
    const known = Object.keys(done).length - fresh
    const better = sound(exercises, ({ result }) => result === "right")
    const all = { ...exercises, ...mine.exercises, ...better } // what was right once stays right
    const gained = Object.keys(all).filter((key) => all[key].result !== mine.exercises[key]?.result).length
    keep({ ...taken, ...mine, done: { ...done, ...mine.done }, exercises: all })
    const many = (count, what) => `${count} ${what}${count === 1 ? "" : "s"}`
    const said = [fresh && `Marked ${many(fresh, "lesson")} from the file as done.`, gained && `Took the results of ${many(gained, "exercise")}.`]
    if (!fresh && !gained) said.push("There was nothing new in the file.")
    if (known) said.push(`${many(known, "lesson")} had a mark already.`)
    return said.filter(Boolean).join(" ")
  }
})
