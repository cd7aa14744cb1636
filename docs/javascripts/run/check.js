// The code of an exercise: its editor, and the check, which is the reader's program with the hidden assertions after it.

import { available, run } from "./python.js"

function element(name, ...content) {
  const made = document.createElement(name)
  made.append(...content)
  return made
}

/** What came of it: { ok, text, printed }, the last as elements; null where there is no Python. `say` hears what one waits for, `signal` stops it. */
export async function check(source, checks, say, signal) {
  if (!available) return null
  let printed = ""
  const onOutput = (text, stream) => { if (stream !== "stderr") printed += text }
  const came = (text, ok) => ({ ok, text, printed: printed ? [element("p", "It printed:"), element("pre", printed)] : [] })
  const size = element("span")
  size.setAttribute("aria-hidden", "true") // it grows all the time: to be seen, not read out each time
  let step
  const onProgress = ({ text, amount = "" }) => {
    size.textContent = amount
    if (text === step) return
    say(element("span", step = text, size))
  }
  try {
    const { ok, error, line, stopped } = await run(`${source}\n\n${checks}`, { onOutput, onProgress, signal, name: "the code of an exercise" })
    if (stopped) return came("Stopped.")
    if (ok) return came("Your code does what it should.", ok)
    const where = line && line <= source.split("\n").length ? `Line ${line}: ` : ""
    const own = error.replace(/^File [^]*\n/, "") // what a SyntaxError says after it has quoted the line
    return came(own.startsWith("AssertionError: ") ? own.slice(16) : where + own, ok)
  } catch (error) {
    return came(`Python could not be started here: ${error.message}.`)
  }
}

/** The text area of the editor that takes the place of `area`; or that, where there is none. */
export async function edit(area, onRun) {
  if (!available) return area
  const { open } = await import("./editor.js")
  const label = area.labels[0].textContent
  const editor = open(area.value, { label, hint: area.getAttribute("aria-describedby"), onChange() {}, onRun, tabs: false })
  const { id, selectionStart } = area
  const focused = document.activeElement === area
  area.replaceWith(editor.element)
  editor.field.id = id
  editor.field.setSelectionRange(selectionStart, selectionStart)
  if (focused) editor.focus()
  return editor.field
}
