// The editor of a listing: prism-code-editor, with Python's habits and the site's colours.

import { styled } from "./style.js"
import { createEditor } from "../../assets/editor/index.js"
import { languages } from "../../assets/editor/prism/index.js"
import "../../assets/editor/prism/languages/python.js"
import "../../assets/editor/languages/python.js"
import { defaultKeymap, editHistory, editorCommands } from "../../assets/editor/extensions/commands/index.js"

await styled // so that no editor is ever seen bare

// As Pygments colours the listings: print is a function like others, `not` an operator, np in its import a module.
const python = languages.python
const words = (list) => new RegExp(`\\b(?:${list})\\b`)
python["class-name"] = [
  python["class-name"],
  /(?<=\b(?:import|from)[ \t]+|\bimport[ \t]+[\w.]+[ \t]+as[ \t]+)[\w.]+/g,
  /\b[A-Z]\w*(?:Error|Warning|Exception)\b/,
]
python.keyword = words("as|assert|async|await|break|class|continue|def|del|elif|else|except|finally|for|from|global|if|import|lambda|nonlocal|pass|raise|return|try|while|with|yield")
python.builtin = [words("print"), python.builtin]
delete python.boolean

/** An editor of `text`: its element, its value, `mark(line)` for the line of an error. Without `tabs`, Tab leaves it. */
export function open(text, { label, hint, onChange, onRun, tabs = true }) {
  let marked = null // the line of an error
  const run = () => { onRun(); return true }
  const keys = { ...defaultKeymap }
  if (!tabs) delete keys.Tab, delete keys["8+Tab"] // and with Shift
  const editor = createEditor(null, {
    language: "python", value: text, tabSize: 4, lineNumbers: false,
    onUpdate(value) { mark(null); onChange(value) },
  }, editorCommands({ ...keys, "Mod+Enter": run, "Shift+Enter": run }), editHistory())
  editor.keyCommandMap.Escape = () => document.getElementById(hint).focus() // the next Tab leads on from there; without a focus, WebKit begins at the top
  editor.textarea.setAttribute("aria-label", label)
  editor.textarea.setAttribute("aria-describedby", hint)

  function mark(line) {
    marked?.classList.remove("line-of-error")
    marked = line ? editor.lines[line] : null
    marked?.classList.add("line-of-error")
  }
  return {
    element: editor.container,
    field: editor.textarea,
    mark,
    focus: () => editor.textarea.focus({ preventScroll: true }),
    get value() { return editor.value },
    set value(text) { editor.setOptions({ value: text }) },
  }
}
