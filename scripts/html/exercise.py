"""The form of an exercise: HTML around its Markdown (docs/templates/blocks/exercise.html and exercise.md.html)."""

import json
import re
from string import ascii_lowercase, ascii_uppercase, digits

from scripts.blocks.includes import segments_of, text_of
from scripts.claims.exercises import held
from scripts.html.templates import macros
from scripts.text.context import Page
from scripts.text.document import KINDS
from scripts.text.exercises import Exercise

CIRCLES = (ascii_lowercase, ascii_uppercase, digits)
OPPOSITES = {  # of letters and digits, each half round its circle
    ord(one): circle[at - len(circle) // 2] for circle in CIRCLES for at, one in enumerate(circle)
}


def written(exercise: Exercise, number: int, page: Page, stash) -> list[str]:
    """The exercise as lines of Markdown, which the other extensions go on to read; `stash` keeps HTML from them."""
    kind, button, summary = KINDS[exercise.kind]
    make, around = macros("exercise.html"), macros("exercise.md.html")
    slips, choices = exercise.of("slip"), exercise.of("choice")
    if exercise.parts:
        start = text_of(segments_of(exercise.parts["start"], page)).rstrip("\n")
        asked = stash(make.editor(exercise.id, start, start.count("\n") + 1))
        button = "Run and check"
    elif choices:
        asked = around.choices(exercise, choices)
    else:
        asked = stash(make.fields(exercise.id, exercise.of("answer")))
    made = around.section(
        exercise,
        sealed=sealed(exercise, page),
        head=stash(make.head(exercise, kind, number)),
        asked=asked,
        buttons=stash(make.buttons(exercise.id, button)),
        hints=[[slip.text, *slip.more] for slip in slips] + [choice.more for choice in choices],
        summary=summary,
    )
    return made.split("\n")


def sealed(exercise: Exercise, page: Page) -> str:
    """What the answer is held against, so that nobody reads it by accident, and Markdown reads nothing into it.

    Base64 would do that too, but does not compress.
    """
    answers = exercise.of("answer")
    told: dict = {}
    if answers:
        told["answer"] = held([item.values[0] for item in answers], answers)
        told["relative"] = ["%" in item.room for item in answers]
        told["slips"] = [held(slip.values, answers) for slip in exercise.of("slip")]
    elif exercise.parts:
        told["checks"] = text_of(segments_of(exercise.parts["checks"], page))
    else:
        told["right"] = next(at for at, item in enumerate(exercise.of("choice")) if item.values[0])
    turned = json.dumps(told).translate(OPPOSITES)
    return re.sub(r"[^\w\s.,:]", lambda sign: f"&#{ord(sign[0])};", turned)
