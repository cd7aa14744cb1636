// Which lessons are done, and which was opened last: kept in this browser only, shown wherever a lesson or a track is listed.

const KEY = "calculus-for-optimization"
const changed = new EventTarget()
let stores = true // false while the browser refuses to keep anything
let held = null // what holds for the life of the page then

const isDay = (value) => /^\d{4}-\d\d-\d\d$/.test(value)
const isMap = (value) => typeof value === "object" && value !== null && !Array.isArray(value)

/** What is kept: {done: {lesson: day}, last: lesson}. Lessons that the site no longer has stay in it; what is broken does not. */
function progress() {
  let kept = held
  if (stores) {
    try { kept = JSON.parse(localStorage.getItem(KEY)) } catch (error) { stores = error instanceof SyntaxError }
  }
  const done = Object.entries(isMap(kept?.done) ? kept.done : {}).filter(([, day]) => isDay(day))
  return { ...(isMap(kept) && kept), done: Object.fromEntries(done) }
}

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
      if (target.files[0]) this.say(await this.import(target.files[0]))
      target.value = "" // or the same file could not be chosen again
    }
  }

  render() { this.part("storage").textContent = stores ? "" : FORGETS }

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
    if (data?.site !== KEY || !isMap(data.done) || !Object.values(data.done).every(isDay))
      return `Nothing was taken: ${file.name} is not a file that this page has exported.`
    const { site, ...taken } = data
    const mine = progress()
    const fresh = Object.keys(taken.done).filter((lesson) => !(lesson in mine.done)).length
    const known = Object.keys(taken.done).length - fresh
    keep({ ...taken, ...mine, done: { ...taken.done, ...mine.done } })
    const lessons = (count) => `${count} ${count === 1 ? "lesson" : "lessons"}`
    const said = fresh ? `Marked ${lessons(fresh)} from the file as done.` : "There was nothing new in the file."
    return known ? `${said} ${lessons(known)} had a mark already.` : said
  }
})
