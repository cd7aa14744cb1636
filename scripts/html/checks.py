"""What must be right in the HTML of a page: nothing came out as prose that was meant otherwise."""

import html
import re
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from difflib import SequenceMatcher
from html.entities import html5
from html.parser import HTMLParser

from scripts.claims import prose
from scripts.html import formulas, glossary
from scripts.html.reading_time import words
from scripts.text import context, labels
from scripts.text.context import PageError
from scripts.text.document import Document
from scripts.text.exercises import anchor

ID = re.compile(r"""<[a-zA-Z][^<>]*?\sid=["']?([^"'\s>]*)""")
# What Markdown leaves as it is written, where an author meant something by it.
RAW = {
    r"```|~~~": "a fence",
    r"(?<!`)`(?!`)": "code, which has as many marks ` before it as behind it,",
    r"\b(?:TODO|FIXME|XXX)\b": "a note of what is to be done",
    r"--8<--": "an include",
    r"Traceback \(most": "a traceback",
    r"(?<!\S)///": "a line of an exercise",
    r"\\[a-zA-Z]+|\\[()\[\]{},;:!]|(?<=\w)(?:[\^_]\{|\^[-−\w\\])": "TeX, which stands in $…$,",
    r"\{\{[^{}]*(?:\}\})?|\}\}": "a pair of braces, which computes a number within one line,",
    r"\{[:#.] *[\w-]": "an attribute, which stands at the end of its line or right after its element,",
    r"\*\*|(?<!\S)[*_](?=\w)": "a pair of stars or underscores, which have no blank within and others to close them,",
    r"\]\(|\]\[|!\[|\[\^": "a link, a picture or a footnote",
    r"^ *(?:[-*+]|1[.)]) +": "a list, which has an empty line above it,",
    r"\| *:?-{2,}|(?:^|(?<=\x1f)) *\|.*\| *(?:$|(?=\x1f))": (
        "a table, which has an empty line above it and as many cells in its second row,"
    ),
    r"^ *(?:!!!|\?\?\?)": "an admonition",
    r"(?<!\S)={7}(?!\S)": "a mark of a merge conflict",
}
# What other programs make something of, or Markdown something else than is meant; and what to write instead.
SIGNS = "|".join(name for name in html5 if name.endswith(";"))
KINDS = "note abstract info tip success question warning failure danger bug example quote"
FOREIGN = {
    r"~~\S.*?~~": "nothing is struck through: leave it out",
    r"(?<![=\w])==[^\s=][^=\n]*==": "what matters is **bold**",
    r"(?<![~\w])~\w+~|(?<=\w)~\w+~": "an index stands in a formula, $x_2$",
    r"(?<![\w:]):[a-z][\w+-]*:(?![\w:])": "a picture is written as the character itself",
    r"\+\+\w[\w+-]*\+\+": "keys are code, `Ctrl+C`",
    r"\{(?:\+\+|--|==|~~|>>|%)": "nothing is filled in or marked here: leave it out",
    r"\[\[[^\W\d][^\[\]]*\]\]": "a term stands in one pair of brackets; a link is [words](page.md)",
    r"(?<![\w.])__\w+__(?!\w)": "a name is code, `__name__`; what matters is **bold**",
    r'^[ >]*={3}[+!]* *"': "there are no tabs: write headings",
    r"^[ >]*:[ \t]+\S": "a term and its meaning are a list, - **term**: its meaning",
    r"^[ >]*[-*+] \[[ xX]\](?=\s)": "there are no boxes to tick: write a list",
    r"^[ >]*(?:>[ >]*\[!\w+\]|:{3,} *\w)": 'a box is !!! note "Title", with its text below indented by four spaces',
    r"^[ >]*\d+\) ": "a numbered list is 1. and a blank",
    r"\\$": "a line breaks at <br>",
    r"^[ >]*(?:(?:[-+]|\d+\.)[^\W\d]|(?:[-*+]|\d+\.)[^\S \t\n]|[•‣◦▪]"
    r"|(?:[–—→]|[a-z][.)]) .*\n[\s>]*(?:[–—→]|[b-z][.)]) )": "an item of a list begins with - or 1. and a blank",
    r"[\w)]\*[\w(](?:[^*\n]*[\w)])?\*[\w(]": "stars within words make them italic: a product stands in a formula or in code",
    r"``|(?<=\w\w)''": "quotation marks are the signs themselves, “ and ”",
    r"(?<=\w)(?: ?--- ?(?=\w)| -- )": "a dash is the sign itself, –",
    r"\\[%&]": "the sign stands alone, without a backslash before it",
    r"^[^\s|].*\n[ >]*-{2,}[ \t]*$": "a section begins with ##, and a rule has an empty line above it",
    r"^#{4,}": "a section begins with ##, and its parts with ###",
    r"(?<!\S)(?:-+>|<-+|<?=>)(?!\S)": "an arrow is the sign itself, →, and a comment stands in no other",
    r"(?<!!)\[\]\(|!\[\]|\]\((?:#?\)|https?:(?!//)|https?://(?:localhost|127\.))|\)\[\S+\.\w+\]": (
        "a link is [words](address), with an address that every reader has; a picture ![what it shows](file)"
    ),
    r"<(?:script|style)\b|<\w[^<>]*\son\w+=": "scripts and styles stand in docs/javascripts/ and docs/stylesheets/",
    r"\b(?i:(the|a|an|of|to|and|is|in)(?: {1,2}| ?\n[ >]{0,3})\1)\b": "the word stands twice",
    r"""(?<![\w"'=/<[:.+-])(?<!\]\()(?<!\]: )(?:(?:https?://|www\.)\w[^\s<>()]*|[\w.+-]+@[\w-]+\.\w+)""": (
        "an address is a link in <…>, or in [words](…)"
    ),
    rf"&(?!#\d+;|#[xX][\da-fA-F]+;|{SIGNS})#?\w+;": (
        "there is no such sign: write the character itself, or &amp; for &"
    ),
    rf'^(?P<box>[ >]*)(?:!!!|\?\?\?)(?!\+? *(?:{"|".join(KINDS.split())})(?: +"[^"\n]+")? *\n(?:[ >]*\n)*(?P=box)(?: {{4}}|\t))'
    r"|^(?: {4})* {1,3}(?:!!!|\?\?\?)": (
        f'a box is !!! note "Title", with its text below indented by four spaces; there are {KINDS}'
    ),
}
HEADED = r"^#.*?(?<!\\)\$|^\S.*(?<!\\)\$.*\n=+ *$"
DEFINED = re.compile(r"^ {0,3}\[(\^?[^\]\n]+)\]:", re.MULTILINE)
LISTED = re.compile(r" *(?:[-*+]|(?P<number>\d+)\.) (?!(?:answer|slip|choice) +`)")
UNBRACED = re.compile(r"_(?:\d{2}|[a-zA-Z]{3})|\^(?:\d{2}|[-+−]\w)|\d[eE][-+−]?\d")
ENDED = re.compile(  # an element with an end; an address in <…> is none
    r"(?!(?:area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr)$)[a-z][^\s:@]*"
)


def check_excerpt(markdown: str, made: context.Page) -> None:
    """Note what the list of posts cannot show: it has each post's beginning."""
    headline = made.line_of("^# ", labels.masked(made.written))
    if made.source.startswith("blog/posts/") and not (headline or "\ntitle:" in made.written):
        made.note("a post begins with its headline, # and words", 1)
    document = Document(markdown)
    end = next((at for at, line in enumerate(document.lines, 1) if "<!-- more -->" in line), 0)
    for piece in document.pieces:
        if piece.line < end and (piece.mark or (piece.fence and piece.fence.number)):
            made.note(
                f"{'an exercise' if piece.mark else 'a block'} belongs below <!-- more -->; the list of posts has words "
                "and formulas",
                piece.line,
            )


def check_content(content: str, made: context.Page) -> None:
    """Note what came out as prose and was meant otherwise; `content` still has places for what comes late."""
    glossary.check(made)
    shown = {made.blocks[int(at)] for at in re.findall(r"<!--late \w* (\d+)-->", content)}
    for line in made.fences:
        if line not in shown:
            made.note("this fence is not shown; is it indented by four spaces or more?", line)
    check_formulas(content, made)
    bare, text = labels.words(made.written), words(formulas.FORMULA.sub("x", content))
    check_words(bare, made)
    for pattern, meaning in RAW.items():
        above = None  # one fault is told once, on whichever lines it goes on
        for raw in re.finditer(pattern, text, re.MULTILINE):
            found = re.split(r"[\n\x1f]", text[raw.start() :].strip())[0][:80]
            written = starts(re.escape(found), bare) or starts(pattern, bare)
            at = (
                nearest(written, bare, raw.start(), text)
                if written[1:]
                else min(written, default=None)
            )
            line = at if at is None else bare.count("\n", 0, at) + 1 - made.offset
            goes_on = None not in (line, above) and line - above in (0, 1)
            if not goes_on and not made.is_told(line):
                made.note(f"{meaning} was published as prose: {found!r}", line)
            above = line
    for nameless in re.findall(r'<h[1-6] id="_\d+">(.*?)<', content):
        heading = rf"^#+ *{re.escape(html.unescape(nameless))}[ #]*$"
        for line in made.places(heading, labels.masked(made.written)):
            made.note(
                f"the heading {nameless!r} has no letter to make its anchor of; give it one: {{#name}}",
                line,
            )
    if unclosed := made.line_of("<!--", bare):  # the closed ones are blank here
        made.note("a comment is never closed; it ends with -->", unclosed)
    with suppress(PageError):
        Balance(bare, made).close()
        Balance(content, made, is_source=False).close()
    for exercise in made.exercises:
        if re.search(rf'<h[1-6][^>]* id="{re.escape(exercise["id"])}_\d+"', content):
            made.note(
                f"the exercise {exercise['title']!r} takes the anchor {exercise['id']} from the heading of that name; "
                "give it one of its own after its title: {#another}",
                exercise["line"],
            )
    if shown == {*made.fences}:
        for code in re.findall(r'(?<!-->)(?<!">)(?<!exclude>)<pre><code>(.*)', content):
            line = html.unescape(code.removesuffix("</code></pre>")).strip()
            indented = rf"^[ \t>]+{re.escape(line)}"
            for at in [*made.places(indented, bare)] or [made.line_of(indented)]:
                made.note(
                    f"code stands in a fence; this is indented by four spaces or more: {line!r}", at
                )
        with suppress(PageError):
            prose.check(made)


def check_words(bare: str, made: context.Page) -> None:
    """Note what Markdown drops or changes without a word, and what other programs than ours would read."""

    def note(message: str, at: int) -> None:
        line = bare.count("\n", 0, at) + 1 - made.offset
        if not made.is_told(line):
            made.note(message, line)

    for pattern, instead in FOREIGN.items():
        for found in re.finditer(rf"(?<!\\)(?:{pattern})", bare, re.MULTILINE):
            note(f"{found[0].strip()!r} would not be read as it is meant: {instead}", found.start())
    for heading in re.finditer(HEADED, labels.masked(made.written), re.MULTILINE):
        note(
            "a heading has no formula, since lists of headings, search and titles show words: "
            "write it in words or with signs, as x²",
            heading.start(),
        )
    used, seen = " ".join(DEFINED.sub("", bare).lower().split()), set()
    for found in DEFINED.finditer(bare):
        if found[1].lower() in seen:
            note(
                f"[{found[1]}]: stands here a second time, and only one would count", found.start()
            )
        elif found[1][0] != "^" and f"[{found[1]}]".lower() not in used:
            note(f"nothing links to [{found[1]}]:, which would not be shown", found.start())
        seen.add(found[1].lower())
    lists: dict[
        int, int | None
    ] = {}  # the open ones: by indentation the last number, if it has any
    at, blank, depth = 0, True, 0
    for line, written in zip(bare.split("\n"), made.written.split("\n"), strict=True):
        quote = re.match(r"(?: *> ?)*", written)[0]
        body = written[len(quote) :]
        item = LISTED.match(body) if line.strip() else None  # else it is code or a comment
        indent, ends = len(body) - len(body.lstrip()), blank or body[:1] in ("#", "/", "<")
        if quote.count(">") != depth:
            lists, depth = {}, quote.count(">")
        if body.strip() and (ends or item):
            lists = {of: last for of, last in lists.items() if of <= indent - (0 if item else 4)}
        if item and (blank or lists):
            number, last = int(item["number"]) if item["number"] else None, lists.get(indent)
            if indent not in lists and any(of // 4 == indent // 4 for of in lists):
                note("a list within a list is indented by four spaces", at)
            elif indent in lists and (number is None) != (last is None):
                note("this would be one more item of the list above: words part two lists", at)
            elif last is not None and number not in (1, last + 1):
                note(f"after {last}. in a list comes {last + 1}., which would be shown", at)
            lists[indent] = number
        blank = not body.strip()
        at += len(line) + 1


def starts(pattern: str, text: str) -> list[int]:
    return [found.start() for found in re.finditer(pattern, text, re.MULTILINE)]


def nearest(written: list[int], source: str, at: int, text: str) -> int:
    """Which of these places in the source became the one `at` in the text that is shown: the words around it tell."""
    ours, shown = (list(re.finditer(r"\w+", words)) for words in (source, text))
    match = SequenceMatcher(None, *([word[0] for word in each] for each in (ours, shown)), False)
    after = sum(word.start() < at for word in shown)
    one, other, _ = max(block for block in match.get_matching_blocks() if block[1] <= after)
    place = ours[min(one + after - other, len(ours) - 1)].start()
    return min(written, key=lambda start: abs(start - place))


class Balance(HTMLParser):
    """Stops at an element that is not closed, and at an end without its beginning."""

    def __init__(self, text: str, made: context.Page, *, is_source: bool = True):
        super().__init__()
        self.made, self.is_source = made, is_source
        self.open: list[tuple[str, int]] = []
        self.feed(text)

    @property
    def line(self) -> int | None:
        return self.getpos()[0] - self.made.offset if self.is_source else None

    def handle_starttag(self, tag: str, attrs: list) -> None:
        if ENDED.fullmatch(tag):
            self.open.append((tag, self.line))

    def handle_startendtag(self, tag: str, attrs: list) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1][0] != tag:
            self.end(f"</{tag}> closes nothing", self.line)
        self.open.pop()

    def end(self, otherwise: str, line: int | None) -> None:
        if self.open:
            tag, line = self.open[-1]
            otherwise = (
                f"<{tag}> is not closed where it was opened, in one paragraph or between two; "
                "what is no element is code, `<name>`"
            )
        self.made.fail(
            otherwise, line or self.made.line_of(re.escape(otherwise.split(">")[0]) + r"\b")
        )

    def close(self) -> None:
        super().close()
        if self.open:
            self.end("", None)


def check_formulas(content: str, made: context.Page) -> None:
    """Note unless the formulas that are set are those that were read, and held against the code."""

    def names(found: Iterable[tuple[bool, str]]) -> Counter:
        return Counter((display, " ".join(tex.split())) for display, tex in found)

    for _, tex, line in made.formulas:
        if found := UNBRACED.search(tex):
            made.note(
                f"{found[0]!r} in the formula {tex} would not be set as it is meant: an exponent or an index of several "
                r"signs has braces, x^{10} or x_{\max}, and 1e6 is 10^{6}",
                line,
            )
    read = names((display, tex) for display, tex, _ in made.formulas)
    is_set = names(formulas.found(content))
    for display, tex in read - is_set:
        line, *others = (
            at for *known, at in made.formulas if names([known]) == names([(display, tex)])
        )
        if made.is_told(line):
            continue
        others = [f" or in line {at + made.offset}" for at in others]
        made.note(
            f"the {'displayed ' * display}formula {tex} is not set here{''.join(others)}: "
            + (
                "it stands on lines of its own, which have nothing else, and in no table"
                if display
                else "it stands in words, not in HTML or across a table's bars"
            ),
            line,
        )
    told = {tex for _, tex in read - is_set}
    for _, tex in is_set - read:
        if tex not in told:
            made.note(
                f"the formula {tex} is set, but was not read: write it alone in its paragraph"
            )


def check_ids(page: str, made: context.Page) -> None:
    """Note an id that two elements of the finished page have, and a second headline."""
    bare = labels.words(made.written)
    if page.count("<h1") > 1:
        made.note(
            "the page has its headline twice; below it, sections begin with ##",
            made.line_of(r"^#(?!#)|^\S.*\n=+ *$", bare),
        )
    rough = re.findall(r""" id=["']?([^"'\s>]*)""", page)
    if len(set(rough)) == len(rough):  # the usual case, at a tenth of the cost
        return
    for name, times in Counter(ID.findall(page)).items():
        if times > 1:
            made.note(
                f"the id {name} stands on the page more than once; a heading or an exercise "
                "takes another after its words: {#another}",
                last_with(name, bare, made.offset),
            )


def last_with(name: str, text: str, offset: int) -> int | None:
    """The last line that gives something this id, or is a heading of that name."""
    given = re.compile(rf"""\{{ *#{re.escape(name)} *\}}|\bid=["']?{re.escape(name)}\b""")
    found = [
        at
        for at, line in enumerate(text.split("\n"), 1)
        if given.search(line) or (line.startswith("##") and anchor(line.strip("# ")) == name)
    ]
    return found[-1] - offset if found else None
