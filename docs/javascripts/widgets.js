// Interactive figures: each is loaded when it comes near the screen, and shown when the address names it. Until then, and where
// nothing can be loaded, its static figure stands there.

const near = new IntersectionObserver((seen) => {
  for (const { isIntersecting, target } of seen) {
    if (!isIntersecting) continue
    near.unobserve(target)
    import(`./widgets/${target.localName}.js`).catch(() => {})
  }
}, { rootMargin: "100% 0px" })

for (const figure of document.querySelectorAll(".widget:not(.widget--live)")) near.observe(figure)

// A link that sets a figure which one sees leaves the page where it is: the next such link stays under the hand.
const isSeen = (figure) => {
  const { top, bottom, height } = figure.getBoundingClientRect()
  return Math.min(bottom, innerHeight) - Math.max(top, 0) > Math.min(height, innerHeight) / 2
}
document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#"]'), [, name] = /^#([\w-]+):/.exec(link?.hash) ?? []
  const figure = name && document.querySelector(`${name}.widget--live`)
  if (!figure || !isSeen(figure) || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
  event.preventDefault()
  history.pushState(history.state, "", link.hash)
  dispatchEvent(new HashChangeEvent("hashchange"))
})

// The browser knows the states that the page links to, but not those that a reader has made.
const find = () => {
  const [hash, name] = /^#([\w-]+):/.exec(location.hash) ?? []
  if (hash && !document.getElementById(location.hash.slice(1))) document.getElementById(name)?.scrollIntoView()
}
addEventListener("hashchange", find)
find()
