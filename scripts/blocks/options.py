"""What a fence may say in its first line, and in the lines #| name: words below it."""

import difflib
import re

from scripts.text.context import Page
from scripts.text.document import OPTION, Fence

PLAIN_LANGUAGES = (
    "text",
    "bash",
    "console",
    "yaml",
    "markdown",
    "html",
    "bibtex",
)  # shown, not run

WIDGETS = {
    "secant-to-tangent": {"x": (), "hs": ("n",)},
    "gradient-field": {"points": ("n", 2)},
    "neuron-circuit": {"x": (), "y": (), "w": (), "b": ()},
    "descent-path": {"X": ("n",), "y": ("n",), "x0": (2,), "rates": (2,)},
    "fitted-line": {"X": ("n",), "y": ("n",), "x0": (2,)},
}
# What the block computes in each is what the script does (docs/javascripts/widgets/maths.js): this difference is 0.
SAME = {
    "secant-to-tangent": "max(abs(f(t) - t * t) for t in (x, x + 1, x + 2))",
    "gradient-field": "max(abs(f(s + 1, t - 2) - (s + 1)**2 - (t - 2)**2) for s, t in points)",
    "neuron-circuit": "abs(forward(x, y, w, b)[2] - (1 / (1 + np.exp(-w * x - b)) - y)**2)",
    "descent-path": "abs(loss(x0) - sum((x0[0] * s + x0[1] - t)**2 for s, t in zip(X, y)) / len(X))",
}
SAME["fitted-line"] = SAME["descent-path"]
SHAPES = {
    (): "a number",
    (2,): "a list of 2 numbers",
    ("n",): "a list of numbers",
    ("n", 2): "a list of pairs",
}

# Options of an executed fence: what their value must look like, and how to say so.
PLAIN = r"(?!.*(?:\*\*|`|\]\(|\$|\b(?:TODO|FIXME)\b))"  # text that nothing typesets
OPTIONS = {
    "exec": (r"on", 'exec="on"'),
    "alt": (
        PLAIN + r".{20,}",
        "a sentence of 20 characters or more that says what is to be seen, without Markdown or formulas",
    ),
    "caption": (
        PLAIN + r".+",
        "a sentence without Markdown or formulas, which would stay as they are written",
    ),
    "widget": ("|".join(WIDGETS), f"one of {', '.join(WIDGETS)}"),
    "warns": (
        r"\w+Warning(, \w+Warning)*",
        "the warnings that the block teaches, as in #| warns: RuntimeWarning",
    ),
    "prints": (
        r"(nan|inf)( (nan|inf))*",
        "the non-finite numbers it prints on purpose: nan, inf or nan inf",
    ),
    "differs": (
        PLAIN + r".{10,}",
        "a reason, in words, why last digits are shown that may be others elsewhere",
    ),
    "timeout": (r"\d{1,3}(\.\d+)?", "seconds, at most 999"),
    "cell": (r"\d+", "the number of a lab's cell, which labs.py writes"),
    "exercise": (
        r"start|checks|misses",
        '"start", "checks" or "misses": a part of an exercise (exercises.py)',
    ),
}


def check(fence: Fence, page: Page) -> None:
    """Stop at a first line of a fence that would be published as prose, with a green build, and at an option that is none."""
    language, _, rest = fence.header.partition(" ")
    lines = {name: at for at, (name, _) in reversed([*enumerate(fence.settings, fence.line + 1)])}

    def fail(message: str, option: str | None = None):
        page.fail(message, lines.get(option, fence.line))

    if language in PLAIN_LANGUAGES:
        if rest:
            fail(f"a ```{language} fence takes no options; this one has {rest!r}")
        return
    if language != "python":
        near = difflib.get_close_matches(language, ["python", *PLAIN_LANGUAGES], 1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        known = ", ".join(PLAIN_LANGUAGES)
        fail(f"the fence's language {language!r} is none of python, {known}{hint}")
    if page.unit == "cell" and fence.number and "cell" not in fence.options:
        fail("the code of a lab stands in its cells; an exercise that needs some is for a lesson")
    if left := OPTION.sub("", rest).strip():
        fail(f'in the fence\'s first line, {left!r} is not of the form name="value"')
    if "" in lines:
        wrong = fence.raw[lines[""] - fence.line].strip()
        fail(
            "an option is written #| name: words, and goes on in lines that begin with #| and more blanks; "
            f"this one is {wrong!r}",
            "",
        )
    for name, value in fence.options.items():
        if name not in OPTIONS:
            near = difflib.get_close_matches(name, OPTIONS, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(OPTIONS)}"
            fail(f"the fence has an unknown option {name!r}; {hint}", name)
        pattern, wanted = OPTIONS[name]
        if not re.fullmatch(pattern, value):
            fail(f"the fence's option {name}={value!r} should be {wanted}", name)
    if ("exec" in fence.options) == bool(fence.part):
        fail('Python on a page is always run: write ```python exec="on"')
