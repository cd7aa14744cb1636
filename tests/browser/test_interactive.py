"""The interactive figures in Chromium: every number is the snippets' number, by every way to change it."""

import json
import math
import random
import re
from contextlib import contextmanager

import numpy as np
import pytest
from accessibility import COLOURS, STRUCTURE, problems
from clock import rest
from kit import LESSONS, Site
from playwright.sync_api import Browser, Page, expect
from sweep import SCHEMES, in_scheme

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


# --- what the snippets say --------------------------------------------------------------------------------------------


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


# --- a page with widgets ----------------------------------------------------------------------------------------------

STATE = "(name) => document.querySelector(name).state"
GO = """async ([name, state]) => {
    const hash = `#${name}:${Object.entries(state).map(([key, value]) => `${key}=${value}`)}`
    if (location.hash === hash) return
    const changed = new Promise((done) => addEventListener("hashchange", done, {once: true}))
    location.hash = hash
    await changed
}"""
SHOWN = """(name) => {
    const widget = document.querySelector(name)
    const texts = (nodes) => [...nodes].map((node) => [node.dataset.part, node.textContent])
    return {
        state: widget.state,
        parts: texts(widget.querySelectorAll(".widget__live [data-part]")),
        said: [...widget.querySelectorAll("[aria-valuetext]")].map((node) => node.ariaValueText),
        status: widget.querySelector(".widget__status").textContent,
    }
}"""


@pytest.fixture
def visit(chromium: Browser, address: str):
    """Open a page in a window of some kind, with its widgets live; no script may fail."""
    contexts, errors = [], []

    def visit(url: str = GALLERY, names=WIDGETS, width: int = 1280, **kind) -> Page:
        kind = {"viewport": {"width": width, "height": 900}, "reduced_motion": "reduce"} | kind
        contexts.append(chromium.new_context(base_url=address, service_workers="block", **kind))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: errors.append(error.stack))
        page.goto(url)
        for name in names:
            live(page, name)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert not errors


def live(page: Page, name: str) -> None:
    page.locator(name).evaluate("(widget) => widget.scrollIntoView({block: 'center'})")
    page.locator(f"{name}.widget--live").wait_for()


def check(page: Page, name: str, with_words: bool = False) -> dict:
    """Compare all that a widget shows with what the snippets make of its state; the state."""
    if with_words:
        rest(page, 400)
    seen = page.evaluate(SHOWN, name)
    expected, more = EXPECTED[name](**seen["state"])
    assert {part for part, _ in seen["parts"]} >= set(expected) - {"x", "y", "b", "h"}
    for part, text in seen["parts"]:
        wanted = np.atleast_1d(expected[part])
        shown = numbers(text)
        assert len(shown) in (1, len(wanted)), f"{part}: {text}"
        for (number, half), value in zip(shown, wanted, strict=False):
            if not text.endswith(("f(x)", "f(x+h)")):
                assert agrees(number, half, value), f"{seen['state']}: {part} {text}, not {value}"
    known = [*np.concatenate([np.atleast_1d(value) for value in expected.values()]), *more]
    for text in [*seen["said"], seen["status"]] if with_words else seen["said"]:
        for number, half in numbers(text):
            close = [v for v in known if agrees(number, half, v) or agrees(-number, half, v)]
            assert close, f"{seen['state']}: {number} in {text!r}"
    return seen["state"]


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
    yield {"x": 3, "y": 0, "w": 3, "b": 3, "k": 5}


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


@pytest.mark.parametrize("name", WIDGETS)
def test_every_number_is_that_of_the_snippets_in_every_state(visit, name):
    page = visit(names=[name])
    for at, state in enumerate(STATES[name]):
        page.evaluate(GO, [name, state])
        assert check(page, name, with_words=at % 4 == 0) == state


def test_the_digits_of_f_are_those_that_python_prints(visit):
    page = visit(names=["secant-to-tangent"])
    for state in STATES["secant-to-tangent"]:
        page.evaluate(GO, ["secant-to-tangent", state])
        parts = dict(page.evaluate(SHOWN, "secant-to-tangent")["parts"])
        f, x, h = curves[state["f"]][0], float(state["x"]), state["h"]
        shown = [float(parts[part].replace("−", "-")) for part in ("f(x)", "f(x+h)")]
        assert shown == [f(x), f(x + h)]


@pytest.mark.parametrize("name", WIDGETS)
def test_a_widget_begins_with_the_numbers_of_its_block(visit, name):
    page = visit(names=[name])
    state = check(page, name, with_words=True)
    data = page.locator(name).evaluate("(widget) => ({...widget.dataset})")
    data = {key: json.loads(value) for key, value in data.items()}
    begin = {
        "secant-to-tangent": lambda x, hs: {"x": x, "h": hs[0]},
        "gradient-field": lambda points: {"x": points[0][0], "y": points[0][1]},
        "neuron-circuit": lambda **values: values,
    }.get(name, lambda x, y, x0: {"w": x0[0], "b": x0[1]})
    assert begin(**data).items() <= state.items()


# --- the mathematics below the drawing --------------------------------------------------------------------------------


@pytest.fixture
def plot(visit):
    """Calls a function of plot.js."""
    page = visit(names=[])
    source = "import('/javascripts/widgets/plot.js')"
    return lambda call: page.evaluate(
        f"async () => {{ const plot = await {source}; return {call} }}"
    )


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        ("1/3", 4, "0.3333"),
        ("-2", 2, "−2.00"),
        ("-0.00001", 4, "−1.0e-5"),
        ("-0", 4, "0.0000"),
        ("0.0001", 4, "0.0001"),
        ("123456", 2, "1.2e5"),
        ("2e-9", 6, "2.0e-9"),
    ],
)
def test_a_number_is_shown_with_the_digits_that_say_something(plot, value, decimals, text):
    assert plot(f"plot.show({value}, {decimals})") == text


@pytest.mark.parametrize("bounds", [(-2.5, 4.4), (0, 1), (-8, 3), (-0.6, 3.6), (0, 360), (3, 97)])
def test_ticks_are_round_evenly_spaced_and_inside(plot, bounds):
    low, high = bounds
    ticks = plot(f"plot.ticks({low}, {high})")
    assert 3 <= len(ticks) <= 7
    assert low - 1e-9 <= ticks[0]
    assert ticks[-1] <= high + 1e-9
    assert np.diff(ticks) == pytest.approx(np.full(len(ticks) - 1, ticks[1] - ticks[0]))
    assert f"{ticks[1] - ticks[0]:.0e}"[0] in "125"


def test_a_contour_lies_where_the_function_has_its_level(plot):
    grid = "plot.range(-3, 3, 61)"
    circle, saddle = plot(
        f"[...plot.contours((x, y) => x * x + y * y, {grid}, {grid}, [4]),"
        f" ...plot.contours((x, y) => x * y, {grid}, {grid}, [0.003])]"
    )
    ends = np.array(circle).reshape(-1, 2)
    assert np.hypot(*ends.T) == pytest.approx(2, abs=2e-3)
    lengths = np.linalg.norm(np.diff(np.array(circle), axis=1), axis=-1)
    assert lengths.sum() == pytest.approx(4 * math.pi, rel=1e-3)
    for (x0, y0), (x1, y1) in saddle:  # its two branches must not be joined across the origin
        assert x0 * x1 >= 0
        assert y0 * y1 >= 0


def test_a_plot_leads_back_from_pixels_to_values(plot):
    panel = "plot.panel('id', [40, 20, 300, 200], [-1, 3], [2, 10], ['x', 'y'])"
    assert plot(f"{panel}.at([-1, 2])") == [40, 220]
    assert plot(f"{panel}.at([3, 10])") == [340, 20]
    assert plot(f"{panel}.from({panel}.at([0.5, 7]))") == pytest.approx([0.5, 7])


# --- by hand ----------------------------------------------------------------------------------------------------------

HANDLES = {
    "secant-to-tangent": ["h", "x"],
    "gradient-field": ["point", "turn"],
    "descent-path": ["start"],
    "fitted-line": ["b", "w", "point"],
}
EACH_HANDLE = [(name, at) for name, handles in HANDLES.items() for at in range(len(handles))]


def place(handle) -> tuple[float, float]:
    box = handle.locator(".handle__dot").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@pytest.mark.parametrize(("name", "at"), EACH_HANDLE)
def test_a_handle_follows_the_mouse(visit, name, at):
    page = visit(names=[name])
    before = check(page, name)
    handle = page.locator(f"{name} .handle").nth(at)
    x, y = place(handle)
    page.mouse.move(x, y)
    page.mouse.down()
    dx, dy = {"gradient-field": (-30, 40)}.get(name, (-20, -30))
    page.mouse.move(x + dx / 2, y + dy / 2)
    page.mouse.move(x + dx, y + dy)
    page.mouse.up()
    assert check(page, name, with_words=True) != before
    moved = np.subtract(place(handle), (x, y))
    free = handle.get_attribute("aria-roledescription")
    if free:
        assert moved == pytest.approx([dx, dy], abs=3)
    else:
        assert np.linalg.norm(moved) > 5


@pytest.mark.parametrize(("name", "at"), EACH_HANDLE)
def test_a_handle_has_the_keys_of_a_slider(visit, name, at):
    page = visit(names=[name])
    handle = page.locator(f"{name} .handle").nth(at)
    expect(handle).to_have_role("slider")
    assert handle.get_attribute("aria-label")
    now = lambda: float(handle.get_attribute("aria-valuenow"))  # noqa: E731
    bounds = [float(handle.get_attribute(f"aria-value{end}")) for end in ("min", "max")]
    handle.focus()
    found = {}
    for key in ["Home", "ArrowRight", "PageUp", "End", "ArrowLeft", "PageDown"]:
        page.keyboard.press(key)
        check(page, name)
        found[key] = now()
    two = handle.get_attribute("aria-roledescription") is not None
    assert found["Home"] == bounds[0]
    assert found["ArrowRight"] > bounds[0]
    assert found["End"] == bounds[1]
    if not two:
        assert found["PageUp"] > found["ArrowRight"]
    around = name == "gradient-field" and not two  # an angle goes on after 360°
    assert found["ArrowLeft"] < bounds[1] or around
    other = page.evaluate(STATE, name)
    page.keyboard.press("ArrowUp")
    assert page.evaluate(STATE, name) != other
    check(page, name, with_words=True)


@pytest.mark.parametrize("name", WIDGETS)
def test_each_slider_list_and_button_has_a_name_and_changes_what_it_says(visit, name):
    page = visit(names=[name])
    widget = page.locator(name)
    for slider in widget.get_by_role("slider").and_(page.locator("input")).all():
        assert slider.evaluate("(input) => input.labels[0].textContent")
        slider.focus()
        before = page.evaluate(STATE, name)
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowLeft")
        if page.evaluate(STATE, name) == before:
            page.keyboard.press("ArrowRight")
        assert check(page, name) != before
    for choice in widget.get_by_role("combobox").all():
        for option in choice.locator("option").all():
            choice.select_option(option.get_attribute("value"))
            assert check(page, name)["f"] == option.get_attribute("value")
    for button in widget.get_by_role("button").all():
        button.dispatch_event("click")  # Playwright would not click what says that it is disabled
        check(page, name, with_words=True)


def test_the_chain_rule_is_walked_back_factor_by_factor(visit):
    name = "neuron-circuit"
    page = visit(names=[name])
    button = lambda label: page.locator(name).get_by_role("button", name=label)  # noqa: E731
    button("Forward only").click()
    assert page.locator(f"{name} [data-part^=dL_]").count() == 0
    seen = []
    for _ in range(5):
        button("Next factor").click()
        assert check(page, name, with_words=True)["k"] == len(seen) + 1
        seen.append(page.locator(f"{name} .widget__status").inner_text())
    assert len(set(seen)) == 5
    assert button("Next factor").get_attribute("aria-disabled") == "true"
    button("Next factor").dispatch_event("click")
    assert check(page, name)["k"] == 5
    button("One factor less").click()
    assert page.locator(f"{name} [data-part=dL_dw]").count() == 0


def test_the_gradient_is_the_steepest_direction_and_the_contour_is_level(visit):
    name = "gradient-field"
    page = visit(names=[name])
    part = lambda part: numbers(page.locator(f"{name} [data-part={part}]").inner_text())[0][0]  # noqa: E731
    for label, share in [("Uphill", 1), ("Level", 0), ("Downhill", -1)]:
        page.locator(name).get_by_role("button", name=label).click()
        check(page, name, with_words=True)
        assert part("slope") == pytest.approx(share * part("length"), abs=1e-4)


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


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("f", ["bowl", "saddle"])
def test_the_gradient_can_be_read_wherever_the_point_is(visit, f, width):
    name = "gradient-field"
    page = visit(names=[name], width=width)
    plot = page.locator(f"{name} .widget__plot")
    middle = lambda part: plot.locator(part).evaluate(  # noqa: E731
        "(part) => { const {x, y, width, height} = part.getBoundingClientRect();"
        " return [x + width / 2, y + height / 2] }"
    )
    for end in [(9, 9), (9, -9), (-9, 0), (0, 9), (-9, -9)]:
        page.evaluate(GO, [name, {"f": f, "x": end[0], "y": end[1]}])
        for label in ["Uphill", "Level", "Downhill"]:
            page.locator(name).get_by_role("button", name=label).click()
            assert plot.evaluate(OUTSIDE) == []
            tip, turn = middle("g[clip-path] .f-c2"), place(page.locator(f"{name} .handle").nth(1))
            assert np.hypot(*np.subtract(tip, turn)) > 8, "the handle hides the arrow"
            dots = turn, middle("[aria-hidden] > circle.f-c1")
            for text in plot.locator("text.f-c1, text.f-c2").all():
                box = text.bounding_box()
                at = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
                assert all(math.dist(at, dot) > 12 for dot in dots), "a dot hides a name"


@pytest.mark.parametrize("at", [{"w": 0.5, "b": 1}, {"w": 1.5, "b": 0}, {"w": -0.5, "b": 4}])
def test_the_arrow_lies_along_the_step_of_descent(visit, at):
    name = "fitted-line"
    page = visit(names=[name])
    page.evaluate(GO, [name, at])
    start, tip = page.locator(name).evaluate(
        """(widget) => {
            const head = [...widget.querySelectorAll("path.f-c3")].at(-1).getAttribute("d")
            const tip = head.match(/[\\d.]+/g).slice(0, 2).map(Number)
            return [widget.map.from(widget.handles.point.at), widget.map.from(tip)]
        }"""
    )
    shown, step = np.subtract(tip, start), -np.array(mse_grad(at["w"], at["b"], X, y))
    assert np.linalg.norm(shown) > 0.2
    assert shown @ step / np.linalg.norm(shown) / np.linalg.norm(step) > 0.999


@pytest.mark.parametrize("width", [360, 1280])
def test_the_end_of_the_loss_curve_is_a_whole_dot(visit, width):
    name = "descent-path"
    page = visit(names=[name], width=width)
    page.evaluate(GO, [name, {"k": 100}])
    dot = page.locator(f"{name} .widget__plot circle.f-c3").last
    assert dot.evaluate("(dot) => !dot.closest('[clip-path]')")
    page.evaluate(GO, [name, {"lr": 0.1, "k": 40}])  # beyond the plot
    assert dot.evaluate("(dot) => !!dot.closest('[clip-path]')")


@pytest.mark.parametrize("f", ["bowl", "saddle"])
def test_the_axis_of_slopes_has_numbers_on_a_small_screen_too(visit, f):
    name = "gradient-field"
    page = visit(names=[name], width=360)
    page.evaluate(GO, [name, {"f": f}])
    slopes = page.locator(name).evaluate(
        """(widget) => [...widget.querySelectorAll("text[text-anchor=end]:not(.name)")]
            .filter((text) => text.getAttribute("y") > widget.map.y(-8.5) + 30)
            .map((text) => text.textContent)"""
    )
    assert len(slopes) >= 3


def test_the_mark_stands_at_the_largest_stable_rate_and_best_is_best(visit):
    name = "descent-path"
    page = visit(names=[name])
    mark = page.locator(f"{name} .widget__mark")
    at = float(mark.evaluate("(mark) => mark.style.getPropertyValue('--at')"))
    assert 0.1 * at == pytest.approx(largest_stable_lr(mse_hessian(X)), rel=1e-9)
    page.get_by_role("button", name="Best").click()
    assert check(page, name)["lr"] == pytest.approx(2 / (λ[0] + λ[1]), rel=1e-12)
    slider = page.locator("#descent-path-lr")
    track = slider.bounding_box()
    box = mark.bounding_box()
    middle = (box["x"] + box["width"] / 2 - track["x"] - 8) / (track["width"] - 16)
    assert middle == pytest.approx(at, abs=0.01)


def test_a_run_ends_at_the_minimum_or_is_caught_and_explained(visit):
    name = "descent-path"
    page = visit(names=[name])
    run, status = page.get_by_role("button", name="Run"), page.locator(f"{name} .widget__status")
    page.get_by_role("button", name="Best").click()
    run.click()
    assert 250 < check(page, name, with_words=True)["k"] <= 300
    assert "Arrived" in status.inner_text()
    page.locator(name).get_by_role("button", name="Reset").click()
    assert check(page, name)["k"] == 0
    page.evaluate(GO, [name, {"lr": 0.1}])
    run.click()
    state = check(page, name, with_words=True)
    assert 10 < state["k"] < 100
    assert "Diverged" in status.inner_text()
    assert "Above the limit" in status.inner_text()
    assert "Infinity" not in page.locator(name).inner_html()


def test_a_run_moves_step_by_step_can_be_paused_and_jumps_for_who_wants_no_motion(visit):
    name = "descent-path"
    page = visit(names=[name], reduced_motion="no-preference")
    run = page.get_by_role("button", name="Run")
    run.click()
    page.wait_for_function("() => document.querySelector('descent-path').state.k > 3")
    page.get_by_role("button", name="Pause").click()
    k = check(page, name)["k"]
    assert 3 < k < 300
    rest(page, 150)
    assert page.evaluate(STATE, name)["k"] == k
    still = visit(names=[name])
    still.get_by_role("button", name="Run").click()
    assert still.evaluate(STATE, name)["k"] == 300


def test_a_run_says_that_it_runs_now_and_then_and_at_its_end_what_is_true(visit):
    name = "descent-path"
    page = visit(names=[name], reduced_motion="no-preference")
    page.evaluate(GO, [name, {"lr": 1 / 12}])
    rest(page, 400)
    page.evaluate(
        """() => {
            window.said = []
            const widget = document.querySelector("descent-path")
            const status = widget.querySelector("[role=status]")
            new MutationObserver(() => said.push([performance.now(), widget.state.k, status.textContent]))
                .observe(status, {childList: true})
        }"""
    )
    page.get_by_role("button", name="Run").click()
    page.get_by_role("button", name="Pause").wait_for()
    page.get_by_role("button", name="Run").wait_for()
    rest(page, 400)
    *during, (_, _, end) = page.evaluate("said")
    assert during[0][1] <= 2
    for _, k, text in during:
        assert text.startswith(f"Running: step {k}, loss ")
    assert (np.diff([when for when, _, _ in during]) > 1490).all()
    assert end.startswith("Arrived")
    check(page, name, with_words=True)


def test_descent_goes_on_from_a_dragged_line(visit):
    name = "fitted-line"
    page = visit(names=[name])
    page.locator(name).get_by_role("button", name="Ten steps").click()
    at_ten = check(page, name)
    assert at_ten["k"] == 10
    page.locator(f"{name} .handle").first.focus()
    page.keyboard.press("ArrowUp")
    state = check(page, name)
    path = gradient_descent(lambda p: mse_grad(*p, X, y), [0.5, 1.0], 2 / sum(λ), 10)
    assert (state["w"], state["k"]) == (pytest.approx(path[-1][0]), 0)
    assert state["b"] == pytest.approx(path[-1][1] + 0.1, abs=1e-6)


# --- by touch ---------------------------------------------------------------------------------------------------------


@contextmanager
def finger(page: Page):
    session = page.context.new_cdp_session(page)

    def touch(kind: str, *points) -> None:
        points = [{"x": x, "y": y} for x, y in points]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    yield touch
    session.detach()


@pytest.mark.parametrize(("name", "at"), EACH_HANDLE)
def test_a_finger_moves_a_handle_and_not_the_page(visit, name, at):
    page = visit(names=[name], width=360, has_touch=True, is_mobile=True)
    handle = page.locator(f"{name} .handle").nth(at)
    handle.evaluate("(handle) => handle.scrollIntoView({block: 'center'})")
    before, scrolled = check(page, name), page.evaluate("scrollY")
    x, y = place(handle)
    with finger(page) as touch:
        touch("touchStart", (x + 6, y + 6))
        for step in range(1, 11):
            touch("touchMove", (x - 3 * step, y - 8 * step))  # as one scrolls
            rest(page, 20)
        touch("touchEnd")
    rest(page, 200)
    assert check(page, name) != before
    assert page.evaluate("scrollY") == scrolled
    assert np.linalg.norm(np.subtract(place(handle), (x, y))) > 15


def test_a_finger_elsewhere_on_the_figure_scrolls_the_page(visit):
    name = "fitted-line"
    page = visit(names=[name], width=360, has_touch=True, is_mobile=True)
    page.locator(f"{name} .widget__plot").evaluate("(e) => e.scrollIntoView({block: 'start'})")
    before, scrolled = check(page, name), page.evaluate("scrollY")
    box = page.locator(f"{name} .widget__plot").bounding_box()
    x, y = box["x"] + 60, box["y"] + 150
    with finger(page) as touch:
        touch("touchStart", (x, y))
        for step in range(1, 12):
            touch("touchMove", (x, y - 8 * step))
        touch("touchEnd")
    page.wait_for_function("(before) => scrollY > before + 20", arg=scrolled)
    assert check(page, name) == before


@pytest.mark.parametrize("width", [360, 1280])
def test_what_one_touches_is_at_least_24_pixels_large(visit, width):
    page = visit(width=width)
    small = page.evaluate(
        """() => [...document.querySelectorAll(
            ".widget__live :is(button, input, select, .handle__area)")]
            .filter((box) => box.getBoundingClientRect().height < 24
                || box.getBoundingClientRect().width < 24)
            .map((box) => box.outerHTML)"""
    )
    assert not small


# --- the address ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", LESSONS)
def test_a_link_of_the_prose_shows_its_state_and_back_undoes_it(visit, site: Site, url: str):
    lesson = site.pages[url]
    for link in lesson.soup.select('.push a[href*=":"]'):
        name, _, state = link["href"][1:].partition(":")
        page = visit(lesson.url, names=[])  # not loaded yet
        page.locator(f'a[href="{link["href"]}"]').first.click()
        page.locator(f"{name}.widget--live").wait_for()
        wanted = dict(part.split("=") for part in state.split(","))
        shown = check(page, name)
        for key, value in wanted.items():
            assert str(shown[key]) == value or shown[key] == float(value), link["href"]
        plot = page.locator(f"{name} .widget__plot")
        expect(plot).to_be_focused()
        header = page.locator(".md-header").bounding_box()
        top = plot.bounding_box()["y"]
        assert header["y"] + header["height"] <= top < 450
        page.go_back()
        page.wait_for_function("() => !location.hash")
        assert page.evaluate(
            "(name) => { const {state, initial} = document.querySelector(name);"
            " return JSON.stringify(state) === JSON.stringify(initial) }",
            name,
        )


def test_what_a_reader_changes_comes_into_the_address_and_opens_there_again(visit, address):
    name = "secant-to-tangent"
    page = visit(names=[name])
    entries = page.evaluate("history.length")
    page.locator("#secant-to-tangent-h").focus()
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    state = check(page, name)
    wanted = f"#{name}:h={state['h']:g}"
    page.wait_for_function("(wanted) => location.hash === wanted", arg=wanted)
    shared = page.evaluate("location.href")
    assert page.evaluate("history.length") == entries, "Back should leave the page"
    other = visit(shared.removeprefix(address), names=[])
    other.locator(f"{name}.widget--live").wait_for()
    assert other.evaluate(STATE, name) == state
    assert other.locator(name).evaluate("(w) => Math.abs(w.getBoundingClientRect().top) < 500")


def test_back_returns_to_the_readers_own_state(visit, site: Site):
    name = "descent-path"
    page = visit(site.lessons[1].url, names=[name])
    page.locator("#descent-path-lr").focus()
    page.keyboard.press("ArrowRight")
    own = check(page, name)
    page.wait_for_function("() => location.hash !== ''")
    page.locator('.push a[href*="lr=0.09"]').click()
    page.wait_for_function("() => document.querySelector('descent-path').state.lr === 0.09")
    page.go_back()
    page.wait_for_function("() => document.querySelector('descent-path').state.lr !== 0.09")
    assert page.evaluate(STATE, name) == own
    page.evaluate("location.hash = '#what-to-keep'")  # another place of the page
    rest(page, 100)
    assert page.evaluate(STATE, name) == own


@pytest.mark.parametrize(
    "state",
    ["lr=NaN", "lr=", "k=-5,lr=99", "w=1e999", "f=constructor", "=,,=", "lr", "%", "<b>"],
)
def test_nonsense_in_the_address_does_no_harm(visit, state):
    page = visit(f"{GALLERY}#descent-path:{state}", names=[])
    page.locator("descent-path.widget--live").wait_for()
    state = check(page, "descent-path")
    assert 0.001 <= state["lr"] <= 0.1
    assert (state["k"], state["b"]) == (0, 1)


# --- for everybody ----------------------------------------------------------------------------------------------------

HEIGHTS = """() => Object.fromEntries([...document.querySelectorAll(".widget")]
    .map((widget) => [widget.localName, widget.closest("figure").getBoundingClientRect().height]))"""


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_nothing_moves_when_a_widget_is_loaded_or_used(visit, width):
    page = visit(names=[], width=width)
    page.route("**/javascripts/widgets/*", lambda route: route.abort())
    page.reload()
    static = page.evaluate(HEIGHTS)
    assert page.locator(".widget--live").count() == 0
    page.unroute("**/javascripts/widgets/*")
    page.reload()
    for name in WIDGETS:
        live(page, name)
    rest(page, 400)
    assert page.evaluate(HEIGHTS) == static
    for name, states in STATES.items():
        for state in states[::6]:
            page.evaluate(GO, [name, state])
            rest(page, 320)
            assert page.evaluate(HEIGHTS)[name] == static[name], (name, state)


@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_in_the_widgets(visit, width):
    page = visit(width=width)
    rest(page, 400)
    assert not problems(page, STRUCTURE)
    for scheme in SCHEMES:
        in_scheme(page, scheme)
        assert not problems(page, COLOURS)


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_no_widget_is_wider_than_its_window_and_no_word_leaves_its_drawing(
    visit, overflowing, width
):
    page = visit(width=width)
    assert not overflowing(page)
    outside = page.evaluate(
        """() => [...document.querySelectorAll(".widget__plot text")].filter((text) => {
            const {left, right} = text.getBoundingClientRect()
            return left < -1 || right > document.documentElement.clientWidth + 1
        }).map((text) => text.textContent)"""
    )
    assert not outside


def test_without_javascript_and_on_paper_the_static_figure_stands(visit, site: Site):
    page = visit(site.lessons[0].url, names=[], java_script_enabled=False)
    figures = page.locator(".widget > .plot")
    assert figures.count() == 3
    for number in range(3):
        box = figures.nth(number).bounding_box()
        room = figures.nth(number).locator("..").bounding_box()
        assert box["width"] > 300
        assert room["height"] == pytest.approx(box["height"], abs=1), "empty room below it"
    assert not page.locator(".push").first.is_visible()
    paper = visit(site.lessons[0].url, names=["secant-to-tangent"])
    drawn, shown = (
        paper.locator(f"secant-to-tangent {what}") for what in ("> .plot", ".widget__live")
    )
    assert (drawn.is_visible(), shown.is_visible()) == (False, True)
    paper.emulate_media(media="print")
    assert (drawn.is_visible(), shown.is_visible()) == (True, False)
    assert not paper.locator(".push").first.is_visible()


def test_a_widget_that_cannot_be_loaded_leaves_its_static_figure(visit, site: Site):
    page = visit(names=[])
    page.route("**/javascripts/widgets/plot.js", lambda route: route.abort())
    page.reload()
    rest(page, 300)
    assert page.locator(".widget > .plot").first.is_visible()


@pytest.mark.parametrize("name", WIDGETS)
def test_a_screen_reader_meets_what_the_drawing_shows_and_hears_a_number_once(visit, name):
    page = visit(names=[name])
    widget = page.locator(name)
    about = widget.locator(".widget__plot").get_attribute("aria-label")
    assert len(about.removeprefix("Interactive figure: ")) > 40
    expect(widget.get_by_role("group", name=about)).to_have_count(1)
    expect(widget.get_by_role("status")).to_have_count(1)


def test_a_screen_reader_meets_every_number_of_the_circuit(visit):
    name = "neuron-circuit"
    page = visit(names=[name])
    widget = page.locator(name)
    called = {"wx": "w·x", "dL_dwx": "∂L/∂(w·x)"}
    for k in [5, 2, 0]:
        page.evaluate(GO, [name, {"x": 3, "w": -3, "b": -3, "k": k}])
        drawn = dict(page.evaluate(SHOWN, name)["parts"])
        drawn = {part: text for part, text in drawn.items() if part not in "xyb"}  # of the sliders
        assert len(drawn) == [5, 6, 7, 8, 10, 11][k]
        heard = widget.aria_snapshot()
        for part, text in drawn.items():
            assert f"{called.get(part, part.replace('dL_d', '∂L/∂'))} {text}" in heard
        slopes = widget.locator(".widget__values").text_content().count("∂L/∂")
        assert slopes == len([part for part in drawn if part.startswith("dL")])


def test_what_a_screen_reader_is_told_comes_when_the_hand_rests(visit):
    page = visit(names=["fitted-line"])
    status = page.locator("fitted-line").get_by_role("status")
    before = status.inner_text()
    page.locator("fitted-line .handle").first.focus()
    page.evaluate(
        """() => {
            window.said = []
            const status = document.querySelector("fitted-line [role=status]")
            new MutationObserver(() => said.push(status.textContent))
                .observe(status, {childList: true, characterData: true, subtree: true})
        }"""
    )
    page.evaluate(
        """() => { // as fast as a key repeats, however slow this test is
            for (let n = 0; n < 25; n++)
                document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowUp", bubbles: true}))
        }"""
    )
    rest(page, 500)
    assert page.evaluate("said") == [status.text_content()]
    assert status.inner_text() != before
