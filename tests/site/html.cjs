// The rules of html-validate that every page is held to. What the theme alone breaks stands in test_for_everybody.py.
module.exports = {
  root: true,
  extends: ["html-validate:standard"],
  rules: {
    // Matters of style, not of validity: nobody reads this HTML but browsers.
    "doctype-style": "off",
    "no-trailing-whitespace": "off",
    // KaTeX places the parts of a formula with style attributes.
    "no-inline-style": "off",
    // Lengths that search engines show, not a rule of HTML.
    "long-title": "off",
    // HTML allows every id without a space; the theme's begin with "__".
    "valid-id": ["error", {relaxed: true}],
  },
}
