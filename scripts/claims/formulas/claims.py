"""What a formula claims, relation by relation, and whether it holds: both sides at random points, with code or cases also at 0
and far out; an inequality besides at many sizes, and where it is nearest to an equality.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import autograd.numpy as np

from scripts.claims.formulas.names import Meaning, Scope, shown
from scripts.claims.formulas.numeric import NEAR
from scripts.claims.formulas.relations import ROUNDING, guess, holds, slack
from scripts.claims.formulas.tex import Node, Statement, Wrong, inside
from scripts.claims.formulas.value import value

POINTS = 20
EXACT = dict.fromkeys(("=", "code", "←"), ("plain", "far", "zero", "same")) | {"≈": ("plain",)}
OTHERS = ("plain", "wide", "zero", "same")  # the modes of points at which an inequality is tried
HOW = "add % = … with the code's expression for it, or % unbound: and why"


@dataclass
class Claim:
    """Two sides that are related wherever the premises hold, and what they were at each point."""

    left: Node | Statement
    relation: str
    right: Node | Statement | int  # of the relation "code": which value of the label % = …
    premises: list[Statement] = field(default_factory=list)
    every: str = ""
    order: tuple[str, int] | None = None  # of the error of an approximation
    found: list[tuple] = field(default_factory=list)
    without: list[bool] = field(default_factory=list)  # whether it holds where a premise does not

    @property
    def names(self) -> tuple[str, str]:
        if self.relation == "code":
            return "the formula", "the code"
        return "the left side", "the right side"


def claims_of(meaning: Meaning, statements: list[Statement]) -> list[Claim]:
    """What a formula claims, relation by relation; premises, definitions and ranges claim nothing."""
    claims: list[Claim] = []
    waiting: list[Statement] = []  # conditions that stand before their claim
    count, newest = 0, 0
    for at, one in enumerate(statements):
        following = statements[at + 1].link if at + 1 < len(statements) else ""
        if one.relations == ["…"] or (not one.relations and one.sides[0].kind in ("name", "entry")):
            continue
        if one.link == "if":
            for claim in claims[newest:]:
                claim.premises.append(one)
            waiting += [] if claims[newest:] else [one]
            continue
        newest = len(claims)
        before = statements[max(0, at - 1) : at]
        if one.link in ("⟺", "⟹") and not before:
            raise Wrong(f"nothing stands before the {one.link}")
        if one.link == "⟺":
            claims.append(Claim(before[0], "⟺", one))
        elif following not in ("⟺", "⟹") or one.link == "⟹":
            premises = [*waiting, *(before if one.link == "⟹" else [])]
            is_used = is_used_definition(meaning, one, statements)
            own = [*related(meaning, one, premises)]
            if not (
                is_used or meaning.of("claim") or [claim for claim in own if claim.relation != "←"]
            ):
                raise Wrong(f"nothing says what {shortly(one)} should equal: {HOW}")
            if one.link != "brace" and not is_used and meaning.of("claim"):
                ends = [
                    side
                    for side, relation in zip(one.sides, one.relations, strict=False)
                    if relation == "→"
                ]
                for side in [*ends, own[-1].right if own else one.sides[-1]]:
                    own.append(Claim(side, "code", count, premises))
                    count += 1
            claims += own if "←" not in one.relations else reversed(own)
            waiting = []
    if waiting:
        raise Wrong("its condition belongs to no claim")
    meaning.counted = count
    if meaning.of("claim") and not count:
        raise Wrong("its label % = … has nothing to stand for")
    if not claims:
        raise Wrong(f"it claims nothing that can be compared: {HOW}")
    return claims


def related(meaning: Meaning, one: Statement, premises: list[Statement]) -> Iterator[Claim]:
    """A claim for each relation of a statement, without the first if that defines a name."""
    for (left, right), relation in zip(pairwise(one.sides), one.relations, strict=True):
        claim = Claim(left, relation, right, list(premises), one.every)
        if (
            left.kind in ("name", "call")
            and meaning.defined.get(left.parts[0], ((), None))[1] is right
        ):
            continue
        if relation == "←" and left.kind != "name":
            raise Wrong("← gives a name its new value; write = for what holds")
        if relation == "→":
            if not (label := meaning.of("limit")):
                raise Wrong("what goes where? Add a label such as % h -> 0, or write \\lim")
            to = Node("number", (float(label[0].parts["code"]),))
            claim.left, claim.relation = Node("limit", (label[0].parts["name"], to, left)), "="
        elif right.kind == "sum" and right.parts[-1].kind == "order":
            *terms, order = right.parts
            claim.right, claim.relation, claim.order = Node("sum", tuple(terms)), "≈", order.parts
        elif relation == "≈":
            if not (label := meaning.of("order")):
                raise Wrong(
                    "an approximation needs the order of its error: … + O(h^2), or % order 2 in h"
                )
            claim.order = label[0].parts["name"], int(label[0].parts["order"])
        yield claim


def shortly(one: Statement) -> str:
    left = one.sides[0]
    return left.parts[0] if one.relations and left.kind in ("name", "call") else "it"


def is_used_definition(meaning: Meaning, one: Statement, statements: list[Statement]) -> bool:
    """Whether it says what a name of the other statements is: A = …, beside H = AᵀA."""
    left = one.sides[0]
    if (
        left.kind not in ("name", "call")
        or left.parts[0] not in meaning.defined
        or len(one.relations) > 1
    ):
        return False
    others = [node for other in statements if other is not one for node in other]
    return any(
        node.kind in ("name", "call", "extreme") and left.parts[0] in node.parts for node in others
    )


def compare(meaning: Meaning, claims: list[Claim]) -> float:
    """How far the sides of the claims are apart, at worst; Wrong at the first that does not hold."""
    count = 10 * POINTS if any(claim.premises for claim in claims) else POINTS
    is_wide = meaning.rows or any(claim.relation not in EXACT for claim in claims)
    for at in range(count):
        visit(claims, Scope(meaning, (1847, at)))
    for claim in claims:  # a slip shows here, before the far points
        if claim.relation in ("=", "code"):
            judge(claim)
    for mode in ("wide", "far", "zero", "same") if is_wide or meaning.used else ():
        for at in range(2 * POINTS if is_wide else POINTS // 2):
            visit(claims, Scope(meaning, (1847, at), mode))
    for row in meaning.rows.values():
        raise Wrong(
            f"row {row} of the cases holds at no point: draw its letters from where it does, as in % x in (-9, 9) or -9..9"
        )
    worst = 0.0
    for claim in claims:
        if claim.premises and len(claim.found) < POINTS / 2:
            seen = f"{len(claim.found)} of {count} points"
            raise Wrong(
                f"what it supposes holds at {seen}: it is wrong, or its names are drawn from too much"
            )
        if claim.without and all(claim.without):
            raise Wrong("what it supposes makes no difference: it holds where that does not, too")
        if claim.relation in ("=", "code"):
            worst = max(worst, judge(claim))
        elif claim.relation == "⟺":
            judge_equivalence(claim)
        elif claim.relation == "≈":
            judge_order(claim)
        elif claim.relation != "←":
            judge_inequality(claim)
    typed(meaning, claims)
    return worst


def visit(claims: list[Claim], scope: Scope) -> None:
    """Note what the sides of all claims are at a point; what cannot be computed far out is left."""
    here, rows, is_far = scope, {**scope.meaning.rows}, scope.mode != "plain"
    for claim in claims:
        is_enough = not is_far and claim.relation in EXACT and len(claim.found) >= POINTS
        if is_enough or scope.mode not in EXACT.get(claim.relation, OTHERS):
            continue
        try:
            here = tried(claim, here, scope)
        except Wrong:
            if not (is_far and isinstance(claim.left, Node)):
                raise
            scope.meaning.rows = rows
            if claim.relation == "←":
                break


@np.errstate(all="ignore")
def tried(claim: Claim, here: Scope, scope: Scope) -> Scope:
    """Note what the sides are at a point, if the premises hold there; the scope for what comes after."""
    if not all(here.is_true(premise) for premise in claim.premises):
        if isinstance(claim.right, Node):
            sides = Statement([claim.left, claim.right], [claim.relation])
            claim.without.append(here.is_true(sides))
        return here
    if claim.relation == "⟺":
        claim.found.append((here.is_true(claim.left), here.is_true(claim.right), here))
        return here
    if claim.relation == "←":
        return here.given({claim.left.parts[0]: value(claim.right, here)})
    heres = [here]
    if claim.every and np.ndim(entries := here.value(claim.every)) == 1:
        heres = [here.given({claim.every: each}) for each in entries]
    for at in heres:
        left = at.finite(claim.left)
        right = said(claim, scope) if claim.relation == "code" else at.finite(claim.right)
        if right is not None and (scope.mode != "far" or np.isfinite(right).all()):
            if claim.right == Node("number", (0,)):  # or a vector of zeros
                right = np.zeros_like(left)
            claim.found.append((left, right, at))
    return here


def said(claim: Claim, scope: Scope) -> object:
    """What the label % = … says of a side; ... says nothing of one."""
    label = scope.meaning.of("claim")[0]
    found = scope.run(label)
    count = scope.meaning.counted
    if count > 1:
        found = list(found) if isinstance(found, tuple) or np.ndim(found) else [found]
        if len(found) != count:
            raise Wrong(f"it makes {count} claims, and % {label.text} has {len(found)} values")
        found = found[claim.right]
    if found is ...:
        return None
    try:
        return np.asarray(found, complex if np.iscomplexobj(found) else float)
    except (TypeError, ValueError):
        raise Wrong(f"% {label.text} is no number, nor an array of them: {found!r:.60}") from None


def typed(meaning: Meaning, claims: list[Claim]) -> None:
    """Wrong if a label says in its own words what the formula says, and no code computes it."""
    for claim in claims:
        for side in (claim.left, claim.right):
            name = side.parts[0] if isinstance(side, Node) and is_plain(side) else None
            label = meaning.values.get(name) or meaning.functions.get(name)
            label = (
                meaning.of("claim")[0]
                if side == claim.right and claim.relation == "code"
                else label
            )
            if label and claim.relation in ("=", "code") and not meaning.computes(label):
                raise Wrong(
                    f"its label % {label.text} is typed, not computed: name what the code beside it has for it"
                )


def is_plain(side: Node) -> bool:
    return side.kind == "name" or (side.kind == "call" and not side.parts[2])


# --- what is found ----------------------------------------------------------------------------------------------------


def judge(claim: Claim) -> float:
    """How far apart the two are at worst, relative to their size; Wrong beyond what rounding does."""
    worst, ends = 0.0, (claim.left, claim.right)
    plain = [each for each in claim.found if each[2].mode == "plain"]
    usual = max((np.max(np.abs(side)) for each in plain for side in each[:2]), default=1.0)
    if Node("number", (0,)) in ends or (usual < 1e-13 and plain[0][2].drawn):  # it is rounding
        usual = max(usual, 1.0)
    is_near = any(node.kind in ("limit", "argmin") for node in inside(ends))
    for left, right, scope in claim.found:
        if np.shape(left) != np.shape(right):
            raise Wrong(
                f"{claim.names[0]} has the shape {np.shape(left)}, {claim.names[1]} {np.shape(right)}"
            )
        size = max(usual, np.max(np.abs(left)), np.max(np.abs(right)), 1e-300)
        apart = float(np.max(np.abs(left - right)) / size)
        if not apart <= (NEAR if is_near or scope.mode != "plain" else ROUNDING):
            raise Wrong(
                f"at {scope} {claim.names[0]} is {shown(left)}, {claim.names[1]} {shown(right)}{guess(claim.found)}"
            )
        worst = max(worst, apart) if scope.mode == "plain" else worst
    return worst


def judge_equivalence(claim: Claim) -> None:
    for before, after, scope in claim.found:
        if before != after:
            raise Wrong(
                f"the sides of ⟺ differ at {scope}: {'only the left' if before else 'only the right'} holds"
            )
    if len({before for before, _, _ in claim.found}) == 1:
        raise Wrong(
            "both sides of ⟺ are the same at every point: choose a range with both, as % lr in (0, 1)"
        )


def judge_order(claim: Claim) -> None:
    """An approximation: halving the nudge must halve the error as often as it says."""
    name, order = claim.order
    left, right = (s.parts if s.kind == "sum" else (s,) for s in (claim.left, claim.right))
    terms = [*left, *(Node("minus", (term,)) for term in right)]
    power = shrinking(claim, terms)
    if np.isinf(power):
        raise Wrong("the approximation is exact where it was tried; say so with =")
    if abs(power - order) > 0.2:
        raise Wrong(f"the error shrinks with the power {power:.2f} of {name}, not {order}")
    for at in range(len(terms)):
        if shrinking(claim, terms[:at] + terms[at + 1 :]) > order - 0.2:
            raise Wrong(
                f"without its term {at + 1} the error shrinks as fast: a slip in one of them?"
            )


def shrinking(claim: Claim, terms: list[Node]) -> float:
    """With which power of the nudge a sum shrinks; inf if it is 0."""
    powers = []
    for *_, scope in claim.found:
        near = [scope.given({claim.order[0]: nudge}) for nudge in (0.02, 0.01)]
        errors = [np.max(np.abs(at.finite(Node("sum", tuple(terms))))) for at in near]
        if errors[1] > 1e-12:
            powers.append(np.log2(errors[0] / errors[1]))
    return np.median(powers) if len(powers) >= POINTS / 2 else np.inf


def judge_inequality(claim: Claim) -> None:
    """Each point must keep it, and so must those to which one comes by going where it is nearest to an equality."""
    for left, right, scope in claim.found:
        kept(claim, left, right, scope)
    if claim.relation == "≠" or claim.every:
        return
    for mode in ("plain", "wide", "zero"):
        at = [
            (slack(claim.relation, *each[:2])[0], each[2])
            for each in claim.found
            if each[2].mode == mode
        ]
        if at:
            approach(claim, *min(at, key=lambda each: each[0]))


def approach(claim: Claim, least: float, scope: Scope) -> None:
    drawn = scope.meaning.drawn
    free = {
        name: drawn[name].parts
        for name in scope.drawn
        if name in drawn and "first" not in drawn[name].parts
    }
    rng, size = np.random.default_rng(7), 0.5
    for _ in range(200 if free else 0):
        moved = {}
        for name, parts in free.items():
            old = scope.value(name)
            new = old + size * rng.normal(size=np.shape(old)) * (np.max(np.abs(old)) + 1e-3)
            if "low" in parts:
                new = np.clip(new, float(parts["low"]) + 1e-9, float(parts["high"]) - 1e-9)
            moved[name] = new
        there = scope.given(moved)
        trial = Claim(claim.left, claim.relation, claim.right, claim.premises)
        try:
            tried(trial, there, there)
        except Wrong:
            continue
        for left, right, _ in trial.found:
            kept(claim, left, right, there)
            found = slack(claim.relation, left, right)[0]
            size *= 2 if found < least else 0.8
            least, scope = (found, there) if found < least else (least, scope)
            if claim.relation in "<>≺≻" and found <= 1e-9 * (1e-3 + np.max(np.abs(left))):
                kept(claim, left, left, there)


def kept(claim: Claim, left: object, right: object, scope: Scope) -> None:
    if not holds(claim.relation, left, right):
        hint = ""
        if claim.relation in "<>≺≻" and holds(
            {"<": "≤", ">": "≥", "≺": "⪯", "≻": "⪰"}[claim.relation], left, right
        ):
            hint = f"; as numbers they are equal there: write {'≤' if claim.relation in '<≺' else '≥'}, or draw from less"
        raise Wrong(
            f"does not hold at {scope}: {shown(left)} {claim.relation} {shown(right)}{hint}"
        )
