"""What common slips come to: an answer that one of them reaches is an error, what no hint speaks of is said."""

from scripts.claims.slips import of_page

PAGE = """\
/// exercise | Slope {{#slope}}
What is it?

- answer `slope` within 0.5 %: The slope
- slip `x**3`: That is the height.

/// solution
By the rule.

```python exec="on"
x = {x}
slope = 3 * x**2
print(slope)
unheard = -x * 5
```
///
"""


def said(x: float) -> list[str]:
    return [*of_page(PAGE.format(x=x))]


def test_a_slip_that_comes_to_the_right_answer_is_said_with_its_change():
    assert "  PASSES AS RIGHT: the power is lost: x for x ** 2" in said(1.0)
    assert "  PASSES AS RIGHT: times for power: x * 2 for x ** 2" in said(2.0)


def test_numbers_that_tell_the_slips_apart_leave_those_that_no_hint_speaks_of():
    lines = said(5.0)
    assert lines[0] == "Slope: 75"
    assert "  no hint: 25 (a factor is lost: x ** 2 for 3 * x ** 2)" in lines
    assert not [line for line in lines if "PASSES" in line or "x * 5" in line or "125" in line]
