// Checks the code of an exercise: the reader's program with the hidden assertions after it, run by the Python of the page.

import { available, run } from "./python.js"

/** What came of it: { ok, text, printed }; null where there is no Python. `say` hears what one waits for, `signal` stops it. */
export async function check(source, checks, say, signal) {
  if (!available) return null
  let printed = ""
  const onOutput = (text, stream) => { if (stream !== "stderr") printed += text }
  const onProgress = ({ text, bytes }) => say(bytes ? `${text} (${(bytes / 2 ** 20).toFixed(1)} MB so far)` : text)
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
