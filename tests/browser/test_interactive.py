"""The interactive figures in Chromium: every number is the snippets' number, by every way to change it."""

import json
import math
import random
import re

import numpy as np
import pytest
from clock import rest
from kit import LESSONS, Site
from playwright.sync_api import Browser, Locator, Page, expect
from reader import FIRST

from scripts.html.widgets import WIDGETS
from snippets.autodiff import neuron
from snippets.datasets.five_points import X, y
from snippets.differentiation.curves import curves
from snippets.multivariable import bowl, partial_derivatives
from snippets.optimization.gradient_descent import gradient_descent
from snippets.optimization.least_squares import least_squares
from snippets.optimization.mean_squared_error import mse, mse_grad
from snippets.optimization.mse_hessian import largest_stable_lr, mse_hessian

GALLERY = "about/figures/"
λ = np.linalg.eigvalsh(mse_hessian(X))
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")


# --- what the snippets say: the parts of a figure by their names, and other numbers that it may speak of ----------------


def secant(f, x, h):
    function, derivative = curves[f]
    slope = (function(x + h) - function(x)) / h  # by hand: the page shows a nudge that vanishes too
    parts = {"slope": slope, "derivative": derivative(x), "error": slope - derivative(x)}
    values = {"f(x+h)": function(x + h), "f(x)": function(x)}
    return parts | values | {"x": x, "h": h}, [0]


def field(f, x, y, angle):
    if f == "bowl":
        value, grad = bowl.f(x, y), bowl.grad(x, y)
    else:
        value = partial_derivatives.f(x, y)
        grad = np.array([partial_derivatives.df_dx(x, y), partial_derivatives.df_dy(x, y)])
    u = np.array([math.cos(math.radians(angle)), math.sin(math.radians(angle))])
    length = np.linalg.norm(grad)
    between = math.degrees(math.acos(np.clip(grad @ u / length, -1, 1))) if length else 0
    parts = {"f": value, "gradient": grad, "length": length, "slope": grad @ u, "angle": angle}
    return parts, [x, y, between]


def circuit(x, y, w, b, k):
    z, a, L = neuron.forward(x, y, w, b)
    d = neuron.backward(x, y, a)
    dL_dz = d["dL_da"] * d["da_dz"]
    gradients = [("dL_dL", 1, 1), ("dL_da", d["dL_da"], 2), ("dL_dz", dL_dz, 3)]
    gradients += [("dL_dwx", dL_dz, 4), ("dL_db", d["dL_db"], 4), ("dL_dw", d["dL_dw"], 5)]
    shown = {name: value for name, value, since in gradients if k >= since}
    values = {"x": x, "y": y, "b": b, "wx": w * x, "z": z, "a": a, "L": L}
    return values | shown | {"w": (w, w)}, [d["da_dz"], 1, 2]


def descent(lr, w, b, k):
    path = gradient_descent(lambda p: mse_grad(*p, X, y), [w, b], lr, int(k))
    loss = mse(*path[-1], X, y)
    flat, steep = 1 - lr * λ
    parts = {"w": path[-1][0], "b": path[-1][1], "loss": loss, "flat": flat, "steep": steep}
    start = [w, b, mse(w, b, X, y), largest_stable_lr(mse_hessian(X)), abs(steep), 2]
    return parts | {"lr": lr, "k": k}, start


def line(w, b, k):
    lr = 2 / (λ[0] + λ[1])
    w, b = gradient_descent(lambda p: mse_grad(*p, X, y), [w, b], lr, int(k))[-1]
    dw, db = mse_grad(w, b, X, y)
    return {"w": w, "b": b, "loss": mse(w, b, X, y), "dw": dw, "db": db}, [k]


EXPECTED = dict(zip(WIDGETS, [secant, field, circuit, descent, line], strict=True))
BEGINS = {  # the state that the numbers of a figure's block say
    "secant-to-tangent": lambda x, hs: {"x": x, "h": hs[0]},
    "gradient-field": lambda points: {"x": points[0][0], "y": points[0][1]},
    "neuron-circuit": dict,
    "descent-path": lambda x, y, x0, rates: {"w": x0[0], "b": x0[1], "lr": rates[0]},
    "fitted-line": lambda x, y, x0: {"w": x0[0], "b": x0[1]},
}
rng = random.Random(1847)


def secant_states():
    yield from ({"f": "square", "x": 1, "h": float(f"1e-{n}")} for n in range(17))
    for f, low, high in [("square", -2, 2), ("cube", -1.5, 1), ("root", 0.1, 3)] * 12:
        h = float(f"{10 ** rng.uniform(-16, 0.3):.2g}")
        yield {"f": f, "x": round(rng.uniform(low, high), 2), "h": h}
    for _ in range(12):
        yield {"f": "reciprocal", "x": rng.uniform(0.3, 3), "h": 10 ** rng.uniform(-16, 0)}


def field_states():
    for f in ["bowl", "saddle"] * 12:
        x, y = round(rng.uniform(-4.5, 4.5), 1), round(rng.uniform(-4.5, 4.5), 1)
        yield {"f": f, "x": x, "y": y, "angle": rng.randrange(361)}
    yield {"f": "bowl", "x": 0, "y": 0, "angle": 45}
    yield {"f": "bowl", "x": 3, "y": 4, "angle": math.degrees(math.atan2(4, 3))}
    yield {"f": "saddle", "x": 2, "y": 3, "angle": 180}


def circuit_states():
    for k in [0, 1, 2, 3, 4, 5] * 5:
        at = {name: round(rng.uniform(-3, 3), 1) for name in "xwb"}
        yield at | {"y": round(rng.random(), 2), "k": k}
    yield {"x": 3, "y": 0, "w": 5, "b": 3, "k": 5}


def descent_states():
    yield {"lr": 0.09, "w": 0.5, "b": 1, "k": 60}  # beyond the loss at which a run stops
    for lr in [0.01, 0.05, 1 / 12, 0.0846, 0.09, 0.1]:
        for k in [1, 7, 120, 300]:
            w, b = round(rng.uniform(-0.8, 2), 2), round(rng.uniform(-1, 5), 2)
            yield {"lr": lr, "w": w, "b": b, "k": k}


def line_states():
    w, b = least_squares(X, y)
    yield {"w": w, "b": b, "k": 0}
    for k in [0, 1, 2, 10, 40, 257, 300] * 4:
        yield {"w": round(rng.uniform(-1, 2.2), 2), "b": round(rng.uniform(-1, 5), 2), "k": k}


STATES = [secant_states, field_states, circuit_states, descent_states, line_states]
STATES = {name: list(states()) for name, states in zip(WIDGETS, STATES, strict=True)}


# --- a figure on a page -----------------------------------------------------------------------------------------------

GO = """async ([name, state]) => {
    const hash = `#${name}:${Object.entries(state).map(([key, value]) => `${key}=${value}`)}`
    if (location.hash === hash) return
    const changed = new Promise((done) => addEventListener("hashchange", done, {once: true}))
    location.hash = hash
    await changed
}"""
SHOWN = """(widget) => {
    const texts = (nodes) => [...nodes].map((node) => [node.dataset.part, node.textContent])
    return {
        parts: texts(widget.querySelectorAll(".widget__live [data-part]")),
        said: [...widget.querySelectorAll("[aria-valuetext]")].map((node) => node.ariaValueText),
        status: widget.querySelector(".widget__status").textContent,
    }
}"""
HEARD = """(widget) => { // what is said from now on: when, at which step, in which words
    window.said = []
    const status = widget.querySelector("[role=status]")
    new MutationObserver(() => said.push([performance.now(), widget.state.k, status.textContent]))
        .observe(status, {childList: true, characterData: true, subtree: true})
}"""


class Figure:
    """A figure that is live."""

    def __init__(self, page: Page, name: str):
        self.page, self.name, self.box = page, name, page.locator(name)
        page.locator(f"{name}.widget--live").wait_for()
        self.find, self.role = self.box.locator, self.box.get_by_role
        self.plot, self.handles = self.find(".widget__plot"), self.find(".handle")

    def button(self, label: str) -> Locator:
        return self.role("button", name=label)

    def go(self, **state) -> None:
        """Come to the state by a link."""
        self.page.evaluate(GO, [self.name, state])

    @property
    def state(self) -> dict:
        return self.box.evaluate("(widget) => widget.state")

    @property
    def status(self) -> str:
        """What is said once the hand rests."""
        rest(self.page, 400)
        return self.find(".widget__status").inner_text()

    def parts(self) -> dict[str, str]:
        return dict(self.box.evaluate(SHOWN)["parts"])

    def check(self, with_words: bool = False) -> dict:
        """Compare all that is shown with what the snippets make of the state; the state."""
        status = [self.status] * with_words
        state, seen = self.state, self.box.evaluate(SHOWN)
        expected, more = EXPECTED[self.name](**state)
        assert {part for part, _ in seen["parts"]} >= set(expected) - {"x", "y", "b", "h"}
        for part, text in seen["parts"]:
            wanted = np.atleast_1d(expected[part])
            shown = numbers(text)
            assert len(shown) in (1, len(wanted)), f"{part}: {text}"
            for (number, half), value in zip(shown, wanted, strict=False):
                exact = part in ("f(x)", "f(x+h)")  # with the digits that Python prints
                right = number == value if exact else agrees(number, half, value)
                assert right, f"{state}: {part} {text}, not {value}"
        known = [*np.concatenate([np.atleast_1d(value) for value in expected.values()]), *more]
        for text in [*seen["said"], *status]:
            for number, half in numbers(text):
                close = [v for v in known if agrees(number, half, v) or agrees(-number, half, v)]
                assert close, f"{state}: {number} in {text!r}"
        return state


def numbers(text: str) -> list[tuple[float, float]]:
    """The numbers of a text, each with half the unit of its last digit."""
    found = []
    for number in NUMBER.findall(text.replace("−", "-")):
        mantissa, _, power = number.partition("e")
        decimals = len(mantissa.partition(".")[2])
        found.append((float(number), 0.5 * 10.0 ** (int(power or 0) - decimals)))
    return found


def agrees(shown: float, half: float, value: float) -> bool:
    return abs(shown - value) <= half * (1 + 1e-6) + 1e-15 * abs(value)


@pytest.fixture
def opened(chromium: Browser, address: str):
    """Open a page in a window of some kind; no script may fail."""
    contexts, errors = [], []

    def opened(url: str = GALLERY, width: int = 1280, **kind) -> Page:
        kind = {"viewport": {"width": width, "height": 900}, "reduced_motion": "reduce"} | kind
        contexts.append(chromium.new_context(base_url=address, service_workers="block", **kind))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: errors.append(error.stack))
        page.goto(url)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not errors


def seen(page: Page, name: str) -> Figure:
    """A figure that has come into sight, and so to life."""
    page.locator(name).evaluate("(widget) => widget.scrollIntoView({block: 'center'})")
    return Figure(page, name)


@pytest.fixture
def visit(opened):
    return lambda name, url=GALLERY, **kind: seen(opened(url, **kind), name)


@pytest.mark.parametrize("name", WIDGETS)
def test_it_begins_with_its_blocks_numbers_and_every_number_is_the_snippets_in_every_state(
    visit, name
):
    figure = visit(name)
    data = figure.box.evaluate("(widget) => ({...widget.dataset})")
    begin = BEGINS[name](**{key: json.loads(value) for key, value in data.items()})
    assert begin.items() <= figure.check(with_words=True).items()
    for at, state in enumerate(STATES[name]):
        figure.go(**state)
        assert figure.check(with_words=at % 4 == 0) == state


# --- the mathematics below the drawing --------------------------------------------------------------------------------


@pytest.fixture
def plot(opened):
    """Calls a function of plot.js."""
    page, source = opened(), "import('/javascripts/widgets/plot.js')"
    return lambda call: page.evaluate(
        f"async () => {{ const plot = await {source}; return {call} }}"
    )


def test_a_number_is_shown_with_the_digits_that_say_something(plot):
    shown = {
        ("1/3", 4): "0.3333",
        ("-2", 2): "−2.00",
        ("-0.00001", 4): "−1.0e-5",
        ("-0", 4): "0.0000",
        ("0.0001", 4): "0.0001",
        ("123456", 2): "1.2e5",
        ("2e-9", 6): "2.0e-9",
    }
    assert {key: plot(f"plot.show{key}".replace("'", "")) for key in shown} == shown


def test_ticks_are_round_evenly_spaced_and_inside(plot):
    for low, high in [(-2.5, 4.4), (0, 1), (-8, 3), (-0.6, 3.6), (0, 360), (3, 97)]:
        ticks = plot(f"plot.ticks({low}, {high})")
        assert 3 <= len(ticks) <= 7
        assert low - 1e-9 <= ticks[0] < ticks[-1] <= high + 1e-9
        assert np.diff(ticks) == pytest.approx(np.full(len(ticks) - 1, ticks[1] - ticks[0]))
        assert f"{ticks[1] - ticks[0]:.0e}"[0] in "125"


def test_a_contour_lies_where_the_function_has_its_level(plot):
    grid = "plot.range(-3, 3, 61)"
    circle, saddle = plot(
        f"[...plot.contours((x, y) => x * x + y * y, {grid}, {grid}, [4]),"
        f" ...plot.contours((x, y) => x * y, {grid}, {grid}, [0.003])]"
    )
    assert np.hypot(*np.array(circle).reshape(-1, 2).T) == pytest.approx(2, abs=2e-3)
    lengths = np.linalg.norm(np.diff(np.array(circle), axis=1), axis=-1)
    assert lengths.sum() == pytest.approx(4 * math.pi, rel=1e-3)
    for (x0, y0), (x1, y1) in saddle:  # its two branches must not be joined across the origin
        assert x0 * x1 >= 0
        assert y0 * y1 >= 0


# --- by hand ----------------------------------------------------------------------------------------------------------

HANDLES = {"secant-to-tangent": 2, "gradient-field": 2, "descent-path": 1, "fitted-line": 3}
each_handle = pytest.mark.parametrize(
    ("name", "at"), [(name, at) for name, count in HANDLES.items() for at in range(count)]
)


def place(handle: Locator) -> tuple[float, float]:
    return middle(handle.locator(".handle__dot"))


def middle(part: Locator) -> tuple[float, float]:
    box = part.evaluate("(part) => part.getBoundingClientRect().toJSON()")
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@each_handle
def test_a_handle_follows_the_mouse_and_has_the_keys_of_a_slider(visit, name, at):
    figure = visit(name)
    handle, mouse, before = figure.handles.nth(at), figure.page.mouse, figure.check()
    free = handle.get_attribute("aria-roledescription") is not None  # to go in two directions
    x, y = place(handle)
    dx, dy = (-30, 40) if name == "gradient-field" else (-20, -30)
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + dx / 2, y + dy / 2)
    mouse.move(x + dx, y + dy)
    mouse.up()
    assert figure.check(with_words=True) != before
    moved = np.subtract(place(handle), (x, y))
    assert moved == pytest.approx([dx, dy], abs=3) if free else np.linalg.norm(moved) > 5

    expect(handle).to_have_role("slider")
    assert handle.get_attribute("aria-label")
    low, high = (float(handle.get_attribute(f"aria-value{end}")) for end in ("min", "max"))
    handle.focus()
    found = {}
    for key in ["Home", "ArrowRight", "PageUp", "End", "ArrowLeft", "PageDown"]:
        figure.page.keyboard.press(key)
        figure.check()
        found[key] = float(handle.get_attribute("aria-valuenow"))
    assert (found["Home"], found["End"]) == (low, high)
    assert found["ArrowRight"] > low
    assert free or found["PageUp"] > found["ArrowRight"]
    around = name == "gradient-field" and not free  # an angle goes on after 360°
    assert found["ArrowLeft"] < high or around
    before = figure.state
    figure.page.keyboard.press("ArrowUp")
    assert figure.check(with_words=True) != before


@pytest.mark.parametrize("name", WIDGETS)
def test_drawing_sliders_lists_and_buttons_have_names_and_change_what_is_said(visit, name):
    figure = visit(name)
    about = figure.plot.get_attribute("aria-label")
    assert len(about.removeprefix("Interactive figure: ")) > 40
    expect(figure.role("group", name=about)).to_have_count(1)
    expect(figure.role("status")).to_have_count(1)
    for slider in figure.role("slider").and_(figure.page.locator("input")).all():
        assert slider.evaluate("(input) => input.labels[0].textContent")
        before = figure.state
        slider.press("ArrowLeft")
        if figure.state == before:
            slider.press("ArrowRight")
        assert figure.check() != before
    for choice in figure.role("combobox").all():
        for option in choice.locator("option").all():
            choice.select_option(option.get_attribute("value"))
            assert figure.check()["f"] == option.get_attribute("value")
    for button in figure.role("button").all():
        button.dispatch_event("click")  # Playwright would not click what says that it is disabled
        figure.check(with_words=True)


def test_the_chain_rule_is_walked_back_factor_by_factor(visit):
    figure = visit("neuron-circuit")
    forward, less, further = map(figure.button, ("Forward only", "One factor less", "Next factor"))
    forward.click()
    assert figure.find("[data-part^=dL_]").count() == 0
    said = set()
    for k in range(1, 6):
        further.click()
        assert figure.check(with_words=True)["k"] == k
        said.add(figure.status)
    assert len(said) == 5
    expect(further).to_have_attribute("aria-disabled", "true")
    further.dispatch_event("click")
    assert figure.check()["k"] == 5
    less.click()
    assert figure.find("[data-part=dL_dw]").count() == 0


@pytest.mark.parametrize(
    ("name", "state", "says"),
    [
        ("secant-to-tangent", {"f": "cube", "x": -1, "h": 2}, "The secant misses"),
        ("secant-to-tangent", {"f": "cube", "x": -1, "h": 1e-12}, "Rounding rules now"),
        ("gradient-field", {"angle": 54}, "nearly the gradient’s direction. "),
        ("gradient-field", {"angle": 144}, "nearly the contour’s direction. "),
        ("gradient-field", {"y": 0, "angle": 90}, "is the contour’s direction: f does not"),
        ("gradient-field", {"y": 0, "angle": 0}, "is the gradient’s direction: no other"),
        ("neuron-circuit", {"y": 0.5, "w": 0, "b": 0, "k": 2}, "hardly changes the loss at first"),
        ("neuron-circuit", {"x": 0, "k": 5}, "Raising w leaves the loss as it is"),
    ],
)
def test_what_is_said_holds_where_something_vanishes_and_beside_it(visit, name, state, says):
    figure = visit(name)
    figure.go(**state)
    assert says in figure.status


OUTSIDE = """(svg) => {
    const of = (node) => node.getBoundingClientRect()
    const room = svg.querySelector("clipPath rect")
    const [x, y, w, h] = ["x", "y", "width", "height"].map((name) => Number(room.getAttribute(name)))
    const box = of(svg)
    const names = ["text.f-c2", "text.f-c1"].map((name) => svg.querySelector(name))
    const arrows = svg.querySelectorAll("g[clip-path] :is(.f-c2, .f-c3)")
    const parts = [...svg.querySelectorAll(".handle__dot"), ...names, ...arrows]
    return parts.filter((part) => of(part).left - box.left < x || of(part).top - box.top < y
        || of(part).right - box.left > x + w || of(part).bottom - box.top > y + h)
        .map((part) => part.outerHTML)
}"""
SLOPES = """(widget) => [...widget.querySelectorAll("text[text-anchor=end]:not(.name)")]
    .filter((text) => text.getAttribute("x") > widget.map.x(8.5)).length"""


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("f", ["bowl", "saddle"])
def test_the_gradient_is_the_steepest_and_can_be_read_wherever_the_point_is(visit, f, width):
    figure = visit("gradient-field", width=width)
    for east, north in [(9, 9), (9, -9), (-9, 0), (0, 9), (-9, -9)]:
        figure.go(f=f, x=east, y=north)
        for label, share in [("Uphill", 1), ("Level", 0), ("Downhill", -1)]:
            figure.button(label).click()
            figure.check()
            slope, length = (numbers(figure.parts()[part])[0][0] for part in ("slope", "length"))
            assert slope == pytest.approx(share * length, abs=1e-4)
            assert figure.plot.evaluate(OUTSIDE) == []
            tip, turn = middle(figure.find("g[clip-path] .f-c2")), place(figure.handles.nth(1))
            assert math.dist(tip, turn) > 8, "the handle hides the arrow"
            dots = turn, middle(figure.plot.locator("[aria-hidden] > circle.f-c1"))
            for text in figure.plot.locator("text.f-c1, text.f-c2").all():
                assert all(math.dist(middle(text), dot) > 12 for dot in dots), "a dot hides a name"
    assert figure.box.evaluate(SLOPES) >= 3, "the axis of slopes has no numbers"


def test_the_arrow_lies_along_the_step_of_descent(visit):
    figure = visit("fitted-line")
    for w, b in [(0.5, 1), (1.5, 0), (-0.5, 4)]:
        figure.go(w=w, b=b)
        start, tip = figure.box.evaluate(
            """(widget) => {
                const head = [...widget.querySelectorAll("path.f-c3")].at(-1).getAttribute("d")
                const tip = head.match(/[\\d.]+/g).slice(0, 2).map(Number)
                return [widget.map.from(widget.handles.point.at), widget.map.from(tip)]
            }"""
        )
        shown, step = np.subtract(tip, start), -np.array(mse_grad(w, b, X, y))
        assert np.linalg.norm(shown) > 0.2
        assert shown @ step / np.linalg.norm(shown) / np.linalg.norm(step) > 0.999


@pytest.mark.parametrize("width", [360, 1280])
def test_the_mark_stands_at_the_largest_stable_rate_and_the_end_of_the_curve_is_a_whole_dot(
    visit, width
):
    figure = visit("descent-path", width=width)
    mark = figure.find(".widget__mark")
    at = float(mark.evaluate("(mark) => mark.style.getPropertyValue('--at')"))
    assert 0.1 * at == pytest.approx(largest_stable_lr(mse_hessian(X)), rel=1e-9)
    track, (x, _) = figure.find("#descent-path-lr").bounding_box(), middle(mark)
    assert (x - track["x"] - 8) / (track["width"] - 16) == pytest.approx(at, abs=0.01)
    dot = figure.find(".widget__plot circle.f-c3").last
    for state, is_cut in [({"k": 100}, False), ({"lr": 0.1, "k": 40}, True)]:  # beyond the plot
        figure.go(**state)
        assert dot.evaluate("(dot) => !!dot.closest('[clip-path]')") == is_cut


def test_a_run_ends_at_the_minimum_or_is_caught_and_explained(visit):
    figure = visit("descent-path")
    figure.button("Best").click()
    assert figure.check()["lr"] == pytest.approx(2 / (λ[0] + λ[1]), rel=1e-12)
    figure.button("Run").click()
    assert 250 < figure.check(with_words=True)["k"] <= 300
    assert "Arrived" in figure.status
    figure.button("Reset").click()
    assert figure.check()["k"] == 0
    figure.button("Run").click()
    assert figure.state["k"] == 300, "who wants no motion sees the end at once"
    figure.go(lr=0.1)
    figure.button("Run").click()
    assert 10 < figure.check(with_words=True)["k"] < 100
    assert "Diverged" in figure.status
    assert "Above the limit" in figure.status
    assert "Infinity" not in figure.box.inner_html()


def test_a_run_can_be_paused_and_says_now_and_then_and_at_its_end_what_is_true(visit):
    figure = visit("descent-path", reduced_motion="no-preference")
    run, pause = map(figure.button, ("Run", "Pause"))
    slow = "(by) => { performance.now = () => Performance.prototype.now.call(performance) / by }"
    figure.page.evaluate(slow, 50)  # a busy machine would be there at the end of the run
    run.click()
    figure.page.wait_for_function("() => document.querySelector('descent-path').state.k > 3")
    pause.click()
    figure.page.evaluate(slow, 1)
    k = figure.check()["k"]
    assert 3 < k < 300
    rest(figure.page, 400)
    assert figure.state["k"] == k

    figure.go(lr=1 / 12)
    rest(figure.page, 400)
    figure.box.evaluate(HEARD)
    figure.box.evaluate("""(widget) => {
        const show = widget.show.bind(widget)
        widget.show = () => { show(); window.first ??= widget.state.k }
    }""")
    run.click()
    figure.page.wait_for_function("() => said.at(-1)?.[2].startsWith('Arrived')")
    figure.check(with_words=True)
    *during, (_, _, end) = figure.page.evaluate("said")
    assert during[0][1] == figure.page.evaluate("first")  # at once, with the first picture
    for _, k, text in during:
        assert text.startswith(f"Running: step {k}, loss ")
    assert (np.diff([when for when, _, _ in during]) > 1490).all()
    assert end.startswith("Arrived")


def test_on_the_home_page_a_descent_plays_once_and_leaves_the_address_alone(opened):
    page = opened("", reduced_motion="no-preference")
    figure = Figure(page, "descent-path")
    figure.button("Pause").wait_for()
    figure.button("Run").wait_for(timeout=20_000)
    end = figure.check(with_words=True)["k"]
    assert end > 50
    rest(page, 400)
    assert (figure.state["k"], page.url.partition("#")[1:]) == (end, ("", ""))
    still = Figure(opened(""), "descent-path")
    rest(still.page, 400)
    assert still.state["k"] == 0


def test_descent_goes_on_from_a_dragged_line(visit):
    figure = visit("fitted-line")
    figure.button("Ten steps").click()
    assert figure.check()["k"] == 10
    figure.handles.first.focus()
    figure.page.keyboard.press("ArrowUp")
    state = figure.check()
    path = gradient_descent(lambda p: mse_grad(*p, X, y), [0.5, 1.0], 2 / sum(λ), 10)
    assert (state["w"], state["k"]) == (pytest.approx(path[-1][0]), 0)
    assert state["b"] == pytest.approx(path[-1][1] + 0.1, abs=1e-6)


# --- by touch ---------------------------------------------------------------------------------------------------------

PHONE = {"width": 360, "has_touch": True, "is_mobile": True}


def swipe(page: Page, *places: tuple[float, float]) -> None:
    """A finger goes down at the first place and over the others."""
    session = page.context.new_cdp_session(page)
    for kind, point in zip(["touchStart", *["touchMove"] * len(places)], places, strict=False):
        touch = {"type": kind, "touchPoints": [dict(zip("xy", point, strict=True))]}
        session.send("Input.dispatchTouchEvent", touch)
        rest(page, 20)
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    session.detach()


@each_handle
def test_a_finger_moves_a_handle_and_not_the_page(visit, name, at):
    figure = visit(name, **PHONE)
    handle = figure.handles.nth(at)
    handle.evaluate("(handle) => handle.scrollIntoView({block: 'center'})")
    before, scrolled = figure.check(), figure.page.evaluate("scrollY")
    x, y = place(handle)
    as_one_scrolls = [(x - 3 * step, y - 8 * step) for step in range(1, 11)]
    swipe(figure.page, (x + 6, y + 6), *as_one_scrolls)
    rest(figure.page, 200)
    assert figure.check() != before
    assert figure.page.evaluate("scrollY") == scrolled
    assert math.dist(place(handle), (x, y)) > 15


def test_a_finger_elsewhere_on_the_figure_scrolls_the_page(visit):
    figure = visit("fitted-line", **PHONE)
    figure.plot.evaluate("(e) => e.scrollIntoView({block: 'start'})")
    before, scrolled = figure.check(), figure.page.evaluate("scrollY")
    box = figure.plot.bounding_box()
    swipe(figure.page, *((box["x"] + 60, box["y"] + 150 - 8 * step) for step in range(12)))
    figure.page.wait_for_function("(before) => scrollY > before + 20", arg=scrolled)
    assert figure.check() == before


# --- the address ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", LESSONS)
def test_a_link_of_the_prose_shows_its_state_and_back_undoes_it(opened, site: Site, url: str):
    lesson = site.pages[url]
    for link in lesson.soup.select('.push a[href*=":"]'):
        name, _, state = link["href"][1:].partition(":")
        page = opened(lesson.url)  # where the figure is not loaded yet
        page.locator(f'a[href="{link["href"]}"]').first.click()
        figure = Figure(page, name)
        shown = figure.check()
        for key, value in (part.split("=") for part in state.split(",")):
            assert str(shown[key]) == value or shown[key] == float(value), link["href"]
        expect(figure.plot).to_be_focused()
        header, plot = (one.bounding_box() for one in (page.locator(".md-header"), figure.plot))
        top, bottom = max(plot["y"], header["y"] + header["height"]), plot["y"] + plot["height"]
        assert min(bottom, 900) - top > plot["height"] / 2, "most of it is in sight"
        page.go_back()
        page.wait_for_function("() => !location.hash")
        assert figure.state == figure.box.evaluate("(widget) => widget.initial")


def test_a_link_that_sets_a_figure_in_sight_stays_where_it_is_and_so_does_the_next(visit):
    figure = visit("secant-to-tangent", FIRST)
    links = figure.page.locator('a[href^="#secant-to-tangent:h="]').all()
    figure.page.set_viewport_size({"width": 1280, "height": 1800})  # in which all are seen
    assert len(links) >= 3
    places = [link.bounding_box() for link in links]
    for link in links:
        link.click()
        assert str(figure.state["h"]) in link.get_attribute("href")
        assert [link.bounding_box() for link in links] == places


def test_a_run_takes_as_long_on_a_screen_that_shows_few_pictures(visit):
    figure = visit("descent-path", reduced_motion="no-preference")
    figure.go(lr=0.01)
    figure.box.evaluate("""(widget) => {
        window.requestAnimationFrame = (draw) => setTimeout(draw, 500)
        widget.took = performance.now()
        const show = widget.show.bind(widget)
        let pictures = 0
        widget.show = () => {
            show()
            pictures += 1
            if (widget.state.k === 300) widget.took = [performance.now() - widget.took, pictures]
        }
    }""")
    figure.button("Run").click()
    figure.page.wait_for_function("() => document.querySelector('descent-path').state.k === 300")
    took, pictures = figure.box.evaluate("(widget) => widget.took")
    assert took > 3900
    assert pictures < 20


def test_what_a_reader_changes_comes_into_the_address_and_opens_there_again(visit, opened, address):
    figure = visit("secant-to-tangent")
    page = figure.page
    entries = page.evaluate("history.length")
    page.locator("#secant-to-tangent-h").focus()
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    state = figure.check()
    wanted = f"#{figure.name}:h={state['h']:g}"
    page.wait_for_function("(wanted) => location.hash === wanted", arg=wanted)
    assert page.evaluate("history.length") == entries, "Back should leave the page"
    other = Figure(opened(page.url.removeprefix(address)), figure.name)
    assert other.state == state
    assert other.box.evaluate("(w) => Math.abs(w.getBoundingClientRect().top) < 500")


def test_back_returns_to_the_readers_own_state(visit, site: Site):
    figure = visit("descent-path", site.lessons[1].url)
    page = figure.page
    page.locator("#descent-path-lr").focus()
    page.keyboard.press("ArrowRight")
    own = figure.check()
    page.wait_for_function("() => location.hash !== ''")
    page.locator('.push a[href*="lr=0.09"]').click()
    page.wait_for_function("() => document.querySelector('descent-path').state.lr === 0.09")
    page.go_back()
    page.wait_for_function("() => document.querySelector('descent-path').state.lr !== 0.09")
    assert figure.state == own
    page.evaluate("location.hash = '#what-to-keep'")  # another place of the page
    rest(page, 100)
    assert figure.state == own


def test_nonsense_in_the_address_does_no_harm(opened):
    for state in [
        "lr=NaN",
        "lr=",
        "k=-5,lr=99",
        "w=1e999",
        "f=constructor",
        "=,,=",
        "lr",
        "%",
        "<b>",
    ]:
        figure = Figure(opened(f"{GALLERY}#descent-path:{state}"), "descent-path")
        found = figure.check()
        assert 0.001 <= found["lr"] <= 0.1, state
        assert (found["k"], found["b"]) == (0, 1), state


# --- for everybody: axe-core and the width are looked at by the visit to each page, sweep.py --------------------------

HEIGHTS = """() => Object.fromEntries([...document.querySelectorAll(".widget")]
    .map((widget) => [widget.localName, widget.closest("figure").getBoundingClientRect().height]))"""
SMALL = """() => [...document.querySelectorAll(".widget__live :is(button, input, select, .handle__area)")]
    .filter((box) => Math.min(box.getBoundingClientRect().height, box.getBoundingClientRect().width) < 24)
    .map((box) => box.outerHTML)"""


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_nothing_moves_when_a_widget_is_loaded_or_used_and_what_one_touches_is_large(opened, width):
    page, module = opened(width=width), "**/javascripts/widgets/plot.js"
    page.route(module, lambda route: route.abort())
    page.reload()
    rest(page, 300)
    static = page.evaluate(HEIGHTS)
    assert page.locator(".widget--live").count() == 0
    assert page.locator(".widget > .plot").first.is_visible(), "nothing stands where none loads"
    page.unroute(module)
    page.reload()
    figures = [seen(page, name) for name in WIDGETS]
    rest(page, 400)
    assert page.evaluate(HEIGHTS) == static
    assert page.evaluate(SMALL) == []
    for figure in figures:
        for state in STATES[figure.name][::6]:
            figure.go(**state)
            rest(page, 320)
            assert page.evaluate(HEIGHTS)[figure.name] == static[figure.name], state


@pytest.mark.parametrize("name", WIDGETS)
def test_on_a_phone_the_hand_and_what_it_moves_are_in_sight_together(visit, name):
    figure = visit(name, viewport={"width": 390, "height": 740})
    top, *bottoms = figure.box.evaluate(
        """(widget) => [widget.querySelector("svg.widget__plot").getBoundingClientRect().top,
            ...["input", "input, button, select"].map((kind) => Math.max(
                ...[...widget.querySelectorAll(kind)].map((part) => part.getBoundingClientRect().bottom)))]"""
    )
    sliders, controls = (bottom - top if bottom else 0 for bottom in bottoms)
    assert sliders <= 0.6 * 740
    assert 300 < controls <= 0.65 * 740


@pytest.mark.parametrize("width", [390, 1280])
def test_a_figure_has_one_caption_for_what_is_to_be_seen_now(opened, width):
    page, module = opened(width=width), "**/javascripts/widgets/plot.js"
    page.route(module, lambda route: route.abort())
    page.reload()
    captions = page.locator("figure:has(.widget) > figcaption")
    rest(page, 300)
    for caption in captions.all():
        drawn = caption.locator("xpath=..").locator(".plot").first
        assert caption.is_visible()
        bottom = drawn.bounding_box()["y"] + drawn.bounding_box()["height"]
        assert bottom <= caption.bounding_box()["y"], "it lies over the static figure"
    page.unroute(module)
    page.reload()
    for name in WIDGETS:
        assert seen(page, name).find(".widget__status").is_visible()
    assert not [one for one in captions.all() if one.is_visible()]


def test_without_javascript_and_on_paper_the_static_figure_stands(opened, visit, site: Site):
    url, name = site.lessons[0].url, "secant-to-tangent"
    page = opened(url, java_script_enabled=False)
    plots = page.locator(".widget > .plot").all()
    assert len(plots) == 3
    for plot in plots:
        box, room = plot.bounding_box(), plot.locator("..").bounding_box()
        assert box["width"] > 300
        assert room["height"] == pytest.approx(box["height"], abs=1), "empty room below it"
    assert not page.locator(".push").first.is_visible()
    figure = visit(name, url)
    drawn, live = (figure.find(what) for what in ("> .plot", ".widget__live"))
    assert (drawn.is_visible(), live.is_visible()) == (False, True)
    figure.page.emulate_media(media="print")
    assert (drawn.is_visible(), live.is_visible()) == (True, False)
    assert not figure.page.locator(".push").first.is_visible()


def test_a_screen_reader_meets_every_number_of_the_circuit(visit):
    figure = visit("neuron-circuit")
    called = {"wx": "w·x", "dL_dwx": "∂L/∂(w·x)"}
    for k in [5, 2, 0]:
        figure.go(x=3, w=-3, b=-3, k=k)
        drawn = {part: text for part, text in figure.parts().items() if part not in "xyb"}
        assert len(drawn) == [5, 6, 7, 8, 10, 11][k]  # without those of the sliders
        heard = figure.box.aria_snapshot()
        for part, text in drawn.items():
            assert f"{called.get(part, part.replace('dL_d', '∂L/∂'))} {text}" in heard
        slopes = figure.find(".widget__values").text_content().count("∂L/∂")
        assert slopes == len([part for part in drawn if part.startswith("dL")])


def test_what_a_screen_reader_is_told_comes_when_the_hand_rests(visit):
    figure = visit("fitted-line")
    before = figure.status
    figure.handles.first.focus()
    figure.box.evaluate(HEARD)
    figure.page.evaluate(
        """() => { // as fast as a key repeats, however slow this test is
            for (let n = 0; n < 25; n++)
                document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowUp", bubbles: true}))
        }"""
    )
    assert figure.status != before
    assert [text for _, _, text in figure.page.evaluate("said")] == [figure.status]
