// The code of an exercise: its editor, and the check, which is the reader's program with the hidden assertions after it.

import { available, run } from "./python.js"

/** What came of it: { ok, text, printed }; null where there is no Python. `say` hears what one waits for, `signal` stops it. */
export async function check(source, checks, say, signal) {
  if (!available) return null
  let printed = ""
  const onOutput = (text, stream) => { if (stream !== "stderr") printed += text }
  const onProgress = ({ text, bytes }) => say(bytes ? `${text} (${(bytes / 1e6).toFixed(1)} MB so far)` : text)
  try {
    const { ok, error, line, stopped } = await run(`${source}\n\n${checks}`, { onOutput, onProgress, signal })
    if (stopped) return { text: "Stopped.", printed }
    if (ok) return { ok, text: "Your code does what it should.", printed }
    const where = line && line <= source.split("\n").length ? `Line ${line}: ` : ""
    return { ok, text: error.startsWith("AssertionError: ") ? error.slice(16) : where + error, printed }
  } catch (error) {
    return { text: `Python could not be started here: ${error.message}.`, printed }
  }
}

/** The text area of the editor that takes the place of `area`; or that, where there is none. */
export async function edit(area, onRun) {
  if (!available) return area
  const { open } = await import("./editor.js")
  const label = area.labels[0].textContent
  const editor = open(area.value, { label, hint: area.getAttribute("aria-describedby"), onChange() {}, onRun })
  const { id, selectionStart } = area
  const focused = document.activeElement === area
  area.replaceWith(editor.element)
  editor.field.id = id
  editor.field.setSelectionRange(selectionStart, selectionStart)
  if (focused) editor.focus()
  return editor.field
}
