// Stands in for the theme's search worker, which wants the whole index at once, on every page. This one waits for the first letter:
// then it fetches that worker and the index, and leaves the rest to them. The build (scripts/site/pack.py) says where they are.
"use strict"
const { worker, index } = {}
const [SETUP, READY, QUERY, RESULT] = [0, 1, 2, 3] // the kinds of message between the theme and its worker
const answer = self.postMessage.bind(self)
const hand = (type, data) => dispatchEvent(new MessageEvent("message", { data: { type, data } }))
let setup // without the pages
let words = "" // typed last
let loading = false

function hear({ data: { type, data } }) {
  if (type === SETUP) {
    setup = data
    answer({ type: READY })
  } else {
    words = data
    if (!words) answer({ type: RESULT, data: { items: [] } })
    else if (!loading) load()
  }
}

async function load() {
  loading = true
  try {
    const found = await fetch(index)
    if (!found.ok) throw new Error(`${found.status} for ${index}`)
    const pages = await found.json()
    importScripts(worker) // from here on, it hears the messages
    removeEventListener("message", hear)
    self.postMessage = () => { // it is ready
      self.postMessage = answer
      hand(QUERY, words)
    }
    hand(SETUP, { ...setup, ...pages })
  } catch (error) { // no network; the next letter tries again
    console.warn(error)
    loading = false
  }
}

addEventListener("message", hear)
