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

// The browser knows the states that the page links to, but not those that a reader has made.
const find = () => {
  const [hash, name] = /^#([\w-]+):/.exec(location.hash) ?? []
  if (hash && !document.getElementById(location.hash.slice(1))) document.getElementById(name)?.scrollIntoView()
}
addEventListener("hashchange", find)
find()
