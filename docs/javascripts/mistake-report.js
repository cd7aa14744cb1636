// <mistake-report> on the contact page: a report to fill in, which names the page that the reader came from (?page=…).

const PATH = /^(?:\.\/|(?:[\p{L}\p{N}_][\p{L}\p{N}_.-]*\/)*(?:[\p{L}\p{N}_][\p{L}\p{N}_.-]*)?)$/u // below the site's root, and nothing else

class MistakeReport extends HTMLElement {
  connectedCallback() {
    if (this.firstChild) return
    const { root, tracker } = this.dataset
    const page = address(new URLSearchParams(location.search).get("page"), root)

    const text = element("textarea", { id: "report-text", rows: 9, value: draft(page), spellcheck: true })
    const label = element("label", { htmlFor: text.id, textContent: "Your report" })
    const status = element("span", { className: "report__status" })
    status.setAttribute("role", "status")
    const copy = element("button", { type: "button", className: "report__button", textContent: "Copy the report" })
    copy.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(text.value)
        status.textContent = "Copied."
      } catch { // no secure context, or no permission
        text.select()
        status.textContent = "Selected: press Ctrl+C to copy."
      }
    })
    const row = element("div", { className: "report__row" })
    row.append(copy)
    if (tracker) {
      const open = element("a", { className: "report__button", textContent: "Open an issue" })
      const aim = () => { open.href = issue(tracker, page, text.value) }
      text.addEventListener("input", aim)
      aim()
      row.append(open)
    }
    row.append(status)
    this.append(label, text, row)
  }
}

/** The full address of a page of this site, or "" if `path` is not one. */
function address(path, root) {
  return path && PATH.test(path) ? new URL(path, new URL(root, location.href)).href : ""
}

const draft = (page) => `Page: ${page}\nPlace: \n\nWhat is wrong:\n\n\nWhat I expected:\n\n`

/** The tracker's form for a new issue, filled in. GitLab names the fields differently from the others. */
function issue(tracker, page, body) {
  const title = page ? `Mistake on ${new URL(page).pathname}` : "Mistake on a page"
  const gitlab = new URL(tracker).hostname.includes("gitlab")
  const fields = gitlab ? { "issue[title]": title, "issue[description]": body } : { title, body }
  return `${tracker}${gitlab ? "/-" : ""}/issues/new?${new URLSearchParams(fields)}`
}

const element = (name, properties) => Object.assign(document.createElement(name), properties)

customElements.define("mistake-report", MistakeReport)
