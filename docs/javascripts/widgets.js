// Loads the script of a figure, an exercise or a form when it comes near the screen; until then its static figure stands there.

const near = new IntersectionObserver((seen) => {
  for (const { isIntersecting, target } of seen) {
    if (!isIntersecting) continue
    near.unobserve(target)
    const name = target.localName === "section" ? "exercises" : (target.className && "widgets/") + target.localName
    import(`./${name}.js`).catch(() => {})
  }
}, { rootMargin: "100% 0px" })

for (const part of document.querySelectorAll(".widget, .exercise:not(.exercise--live), my-progress, mistake-report"))
  if (!customElements.get(part.localName)) near.observe(part)

// The browser knows the states that the page links to, but not those that a reader has made.
const find = () => {
  const [hash, name] = /^#([\w-]+):/.exec(location.hash) ?? []
  if (hash && !document.getElementById(location.hash.slice(1))) document.getElementById(name)?.scrollIntoView()
}
addEventListener("hashchange", find)
find()
