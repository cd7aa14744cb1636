"""Takes out of a style sheet what can do nothing on this site; what is in doubt stays.

A rule can do nothing if each of its selectors asks for a class, an id or an attribute's value that no page and no
script names, and a custom property if nothing reads it.
"""

import re
from collections.abc import Iterable, Iterator

import tinycss2
from tinycss2.ast import Node

TAG = re.compile(r"""<script.*?</script>|<\w(?:[^<>"']|"[^"]*"|'[^']*')*>""", re.DOTALL)
NAME = re.compile(r"[\w-]+")
READ = re.compile(r"var\(\s*(--[\w-]+)")
IDLE = re.compile(
    r"tabbed-|md-(version|annotation|source__fact)|mermaid"
)  # the theme's scripts make these only of what no page has
NESTING = {"media", "supports", "layer", "container"}  # at-rules that hold rules


class Names:
    """All names in the tags of the pages and in the scripts."""

    def __init__(self, pages: Iterable[str], scripts: Iterable[str]):
        tags = " ".join(tag for page in pages for tag in TAG.findall(page))
        called = NAME.findall(" ".join(scripts))
        self.whole = {*NAME.findall(tags), *(name for name in called if not IDLE.match(name))}
        self.begun = tuple(name for name in self.whole if name[-1] in "-_")  # `tab--${n}`
        if not re.search(r"""\sdir=["']?rtl""", tags):
            self.whole.discard("rtl")  # scripts ask which way the page runs; none changes it

    def __contains__(self, name: str) -> bool:
        return name in self.whole or name.startswith(self.begun)


def without_idle_rules(css: str, names: Names) -> str:
    return tinycss2.serialize(list(matching_rules(rules_of(css), names)))


def without_idle_properties(css: str, names: Names) -> str:
    rules = rules_of(css)
    drop_properties(rules, names.whole.union(READ.findall(css)))
    return tinycss2.serialize(rules)


def rules_of(css: str | list[Node]) -> list[Node]:
    return tinycss2.parse_rule_list(css, skip_comments=True, skip_whitespace=True)


def nests(rule: Node) -> bool:
    return rule.type == "at-rule" and rule.lower_at_keyword in NESTING and bool(rule.content)


def matching_rules(rules: list[Node], names: Names) -> Iterator[Node]:
    """The rules that may match something, each with those of its selectors that may."""
    for rule in rules:
        if nests(rule):
            rule.content = left = list(matching_rules(rules_of(rule.content), names))
        elif rule.type == "qualified-rule":
            rule.prelude = left = matching_selectors(rule.prelude, names)
        else:
            left = True
        if left:
            yield rule


def matching_selectors(selectors: list[Node], names: Names) -> list[Node]:
    found = [part for part in split(selectors, ",") if may_match(part, names)]
    if found and re.search("::?-", tinycss2.serialize(selectors)):
        return (
            selectors  # where one of them is unknown, the browser ignores the rule, and still must
        )
    comma = tinycss2.parse_component_value_list(",")
    return [node for part in found for node in (*comma, *part)][1:]


def split(nodes: list[Node], mark: str) -> list[list[Node]]:
    parts = [[]]
    for node in nodes:
        if node == mark:
            parts.append([])
        else:
            parts[-1].append(node)
    return parts


def may_match(selector: list[Node], names: Names) -> bool:
    for before, node in zip([None, *selector], selector, strict=False):
        if node.type == "function" and node.lower_name in ("is", "where"):
            if not any(may_match(part, names) for part in split(node.arguments, ",")):
                return False
        elif (name := needed(node, before)) and name not in names:
            return False
    return True


def needed(node: Node, before: Node | None) -> str | None:
    """The class, the id or the attribute's value that this piece of a selector asks for."""
    if node.type == "hash" or (node.type == "ident" and before == "."):
        return node.value
    if node.type == "[] block":
        _, *rest = (part for part in node.content if part.type != "whitespace")
        if len(rest) == 2 and rest[0] == "=" and NAME.fullmatch(rest[1].value):
            return rest[1].value
    return None


def drop_properties(rules: list[Node], read: set[str]) -> None:
    """Take out the custom properties that are not among those read."""
    semicolon = tinycss2.parse_component_value_list(";")
    for rule in rules:
        if nests(rule):
            rule.content = rules_of(rule.content)
            drop_properties(rule.content, read)
        elif rule.type == "qualified-rule":
            kept = [part for part in split(rule.content, ";") if not idle(part, read)]
            rule.content = [node for part in kept for node in (*semicolon, *part)][1:]


def idle(declaration: list[Node], read: set[str]) -> bool:
    first = next((node for node in declaration if node.type != "whitespace"), None)
    is_property = first and first.type == "ident" and first.value.startswith("--")
    return bool(is_property) and first.value not in read
