// Which lessons are done: kept in this browser only, shown wherever a lesson or a track is listed.

const KEY = "calculus-for-optimization"
const changed = new EventTarget()
let memory = { done: {} } // what holds when the browser stores nothing

function read() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY))
    return kept && typeof kept.done === "object" && kept.done ? kept : { done: {} }
  } catch {
    return memory
  }
}

function mark(lesson, done) {
  const state = read()
  if (done) state.done[lesson] = new Date().toISOString().slice(0, 10)
  else delete state.done[lesson]
  memory = state
  let kept = true
  try { localStorage.setItem(KEY, JSON.stringify(state)) } catch { kept = false }
  changed.dispatchEvent(new Event("change"))
  return kept
}

class Shown extends HTMLElement {
  connectedCallback() {
    this.show = () => this.render(read().done)
    changed.addEventListener("change", this.show)
    addEventListener("storage", this.show) // another tab
    this.show()
  }

  disconnectedCallback() {
    changed.removeEventListener("change", this.show)
    removeEventListener("storage", this.show)
  }
}

customElements.define("track-progress", class extends Shown {
  render(done) {
    const lessons = this.dataset.lessons.split(" ")
    const count = lessons.filter((lesson) => lesson in done).length
    this.querySelector("progress").value = count
    this.querySelector(".progress__text").textContent =
      `${count} of ${lessons.length} lessons done · ${Math.round((100 * count) / lessons.length)} %`
  }
})

customElements.define("done-mark", class extends Shown {
  render(done) {
    const isDone = this.dataset.lesson in done
    this.textContent = isDone ? "✓" : ""
    if (isDone) this.setAttribute("role", "img")
    else this.removeAttribute("role")
    if (isDone) this.setAttribute("aria-label", "done")
    else this.removeAttribute("aria-label")
  }
})

customElements.define("lesson-done", class extends Shown {
  render(done) {
    if (!this.firstChild) {
      this.innerHTML = '<button type="button" class="done-button"></button><p role="status"></p>'
      this.querySelector("button").addEventListener("click", () => {
        const kept = mark(this.dataset.lesson, !(this.dataset.lesson in read().done))
        this.querySelector("p").textContent = kept ? "" :
          "Your browser does not let this site store anything, so this is forgotten when you leave the page."
      })
    }
    const isDone = this.dataset.lesson in done
    const button = this.querySelector("button")
    button.textContent = isDone ? "✓ Done. Mark as not done" : "Mark this lesson as done"
    button.classList.toggle("done-button--done", isDone)
  }
})
