"""What a formula claims, relation by relation, and whether it holds: both sides at random points; an inequality also near 0,
at many sizes, and where it is nearest to an equality.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import autograd.numpy as np

from scripts.claims.formulas.names import Meaning, Scope, shown
from scripts.claims.formulas.relations import ROUNDING, holds, slack
from scripts.claims.formulas.tex import Node, Statement, Wrong
from scripts.claims.formulas.value import value

POINTS = 20
LIMIT = 1e-6  # of a limit that is extrapolated
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
    exact = ("=", "code", "←", "≈")
    count = 10 * POINTS if any(claim.premises for claim in claims) else POINTS
    scopes = [Scope(meaning, (1847, at)) for at in range(count)]
    if any(claim.relation not in exact for claim in claims):
        scopes += [
            Scope(meaning, (1847, at), mode)
            for mode in ("wide", "zero", "same")
            for at in range(2 * POINTS)
        ]
    for scope in scopes:
        here = scope
        for claim in claims:
            if scope.mode != "plain" and claim.relation in exact:
                continue
            try:
                if len(claim.found) < (POINTS if claim.relation in exact else len(scopes)):
                    here = tried(claim, here, scope)
            except Wrong:
                if scope.mode == "plain" or not isinstance(claim.left, Node):
                    raise
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


def tried(claim: Claim, here: Scope, scope: Scope) -> Scope:
    """Note what the sides are at a point, if the premises hold there; the scope for what comes after."""
    with np.errstate(all="ignore"):
        if not all(here.is_true(premise) for premise in claim.premises):
            if isinstance(claim.right, Node):
                claim.without.append(
                    here.is_true(Statement([claim.left, claim.right], [claim.relation]))
                )
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
        if right is not None:
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
    worst, at_worst = 0.0, None
    for left, right, scope in claim.found:
        if np.shape(left) != np.shape(right):
            raise Wrong(
                f"{claim.names[0]} has the shape {np.shape(left)}, {claim.names[1]} {np.shape(right)}"
            )
        size = max(1.0, np.max(np.abs(left)), np.max(np.abs(right)))
        apart = float(np.max(np.abs(left - right)) / size)
        if apart > worst:
            worst, at_worst = apart, (left, right, scope)
    sides = [side for side in (claim.left, claim.right) if isinstance(side, Node)]
    if worst > (
        LIMIT
        if any(node.kind in ("limit", "argmin") for side in sides for node in side)
        else ROUNDING
    ):
        left, right, scope = at_worst
        raise Wrong(
            f"at {scope} {claim.names[0]} is {shown(left)}, {claim.names[1]} {shown(right)}{guess(claim)}"
        )
    return worst


def guess(claim: Claim) -> str:
    """What the difference looks like, where that is plain."""
    left = np.concatenate([np.ravel(pair[0]) for pair in claim.found])
    right = np.concatenate([np.ravel(pair[1]) for pair in claim.found])
    with np.errstate(all="ignore"):
        ratio = left / right
    if np.isfinite(ratio).all() and np.ptp(ratio) < 1e-6 * np.max(np.abs(ratio)):
        if abs(ratio[0] + 1) < 1e-6:
            return " (the negative of it at every point: a sign?)"
        return f" ({ratio[0]:.4g} times as much at every point: a lost factor?)"
    if np.ptp(left - right) < 1e-6:
        return f" ({left[0] - right[0]:+.4g} at every point)"
    if np.shape(np.transpose(claim.found[0][0])) != np.shape(claim.found[0][1]):
        return ""
    if all(np.ndim(a) == 1 and np.allclose(a[::-1], b) for a, b, _ in claim.found):
        return " (the entries stand the other way round)"
    if all(np.ndim(a) == 2 and np.allclose(np.transpose(a), b) for a, b, _ in claim.found):
        return " (it is transposed)"
    return ""


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
    powers = []
    for _, _, scope in claim.found:
        near = [scope.given({name: nudge}) for nudge in (0.02, 0.01)]
        errors = [np.max(np.abs(at.finite(claim.left) - at.finite(claim.right))) for at in near]
        if errors[1] > 1e-12:
            powers.append(np.log2(errors[0] / errors[1]))
    if len(powers) < POINTS / 2:
        raise Wrong("the approximation is exact where it was tried; say so with =")
    if abs(np.median(powers) - order) > 0.2:
        raise Wrong(
            f"the error shrinks with the power {np.median(powers):.2f} of {name}, not {order}"
        )


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
