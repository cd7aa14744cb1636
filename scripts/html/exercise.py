"""The form of an exercise: HTML around its Markdown. Without JavaScript it is a question with a folded solution."""

import base64
import html
import json

from scripts.blocks.includes import segments_of, text_of
from scripts.claims.exercises import Exercise, held
from scripts.text.context import Page
from scripts.text.document import KINDS


def written(exercise: Exercise, number: int, page: Page, stash) -> list[str]:
    """The exercise as lines of HTML and Markdown. Without JavaScript it is a question with a folded solution."""
    name, _, summary = KINDS[exercise.kind]
    ident, title = exercise.id, html.escape(exercise.title)
    head = (
        f'<p class="exercise__head"><span class="exercise__kind">{name} {number}</span> '
        f'<strong id="{ident}-title">{title}</strong> '
        f'<a class="headerlink" href="#{ident}" title="Link to this exercise">#</a> '
        f'<exercise-mark data-exercise="{html.escape(exercise.key)}"></exercise-mark></p>'
    )
    hints = [[item.text, *item.more] for item in exercise.of("slip")]
    hints += [item.more for item in exercise.of("choice")]
    said = [line for hint in hints for line in ['<li markdown="block">', "", *hint, "", "</li>"]]
    if said:  # no element in its like: the search plugin would take the end of the inner one for the outer's
        said = [
            '<ul class="exercise__hints" data-search-exclude hidden markdown="1">',
            *said,
            "</ul>",
        ]
    return [
        "",
        f'<section class="exercise" id="{ident}" role="group" aria-labelledby="{ident}-title" '
        f'data-kind="{exercise.kind}" data-exercise="{html.escape(exercise.key)}" '
        f'data-sealed="{sealed(exercise, page)}" markdown="1">',
        "",
        stash(head),
        "",
        *exercise.question,
        "",
        '<form class="exercise__form" data-search-exclude markdown="1">',
        "",
        *asked(exercise, page, stash),
        "",
        stash(buttons(exercise)),
        "",
        "</form>",
        "",
        *said,
        "",
        '<details class="exercise__solution" data-search-exclude markdown="1">',
        f"<summary>{summary}</summary>",
        "",
        *exercise.solution,
        "",
        "</details>",
        "",
        "</section>",
        "",
    ]


def buttons(exercise: Exercise) -> str:
    """The button waits for its script: without, a form would only load the page again."""
    button = "Run and check" if exercise.parts else KINDS[exercise.kind][1]
    return (
        f'<div class="exercise__row"><button type="submit" disabled>{button}</button>'
        '<button type="button" class="exercise__again" hidden>Start again</button></div>'
        f'<div class="exercise__said" id="{exercise.id}-said" role="status"></div>'
    )


def asked(exercise: Exercise, page: Page, stash) -> list[str]:
    """The fields of the form."""
    ident = exercise.id
    if exercise.parts:
        start = text_of(segments_of(exercise.parts["start"], page)).rstrip("\n")
        editor = (
            f'<div class="listing exercise__editor"><label class="listing__bar" for="{ident}-code">Your code, in Python</label>'
            f'<textarea id="{ident}-code" rows="{start.count(chr(10)) + 1}" spellcheck="false" autocapitalize="off" '
            f'autocomplete="off" aria-describedby="{ident}-said">\n{html.escape(start, quote=False)}</textarea></div>'
        )
        return [stash(editor)]
    if choices := exercise.of("choice"):
        lines = [
            '<fieldset markdown="1">',
            f'<legend class="visually-hidden">{html.escape(exercise.title)}</legend>',
        ]
        for at, item in enumerate(choices):
            lines += [
                '<div class="exercise__choice" markdown="span"><label>'
                f'<input type="radio" name="{ident}-choice" value="{at}" aria-describedby="{ident}-said"> '
                f"<span>{item.text}</span></label></div>"
            ]
        return [*lines, "</fieldset>"]
    fields = ""
    for at, item in enumerate(exercise.of("answer")):
        room = (
            "exactly"
            if item.room == "exactly"
            else f"{item.room.replace(' %', '%').replace('%', ' %')} is near enough"
        )
        fields += (
            f'<div class="exercise__field"><label for="{ident}-{at}">{html.escape(item.text or "Your answer")}</label>'
            f'<input id="{ident}-{at}" autocomplete="off" autocapitalize="off" spellcheck="false" '
            f'aria-describedby="{ident}-{at}-room {ident}-said">'
            f'<span class="exercise__room" id="{ident}-{at}-room">{room}</span></div>'
        )
    return [stash(f'<div class="exercise__fields">{fields}</div>')]


def sealed(exercise: Exercise, page: Page) -> str:
    """What the answer is held against, so that nobody reads it by accident."""
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
    return base64.b64encode(json.dumps(told).encode()).decode()
