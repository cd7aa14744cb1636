// <my-progress> of the page "My progress": reset, export, import. Its controls stand in templates/progress.html.

const { FORGETS, FORMS, KEY, Shown, keep, kept, progress, same } = customElements.get("exercise-mark").storage // of progress.js

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
