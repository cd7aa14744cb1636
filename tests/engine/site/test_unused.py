"""Of a style sheet stays what may match something, and what is read."""

import pytest

from scripts.site.unused import Names, without_idle_properties, without_idle_rules

PAGE = """\
<p class="on lit" id="here" title="a > b" data-kind=old>gone <code>.gone</code></p>
<script>document.body.className = "set"</script>
"""
SCRIPT = (
    "tab.className = `tab--${number}`; row.className = 'row'; set('tabbed-set'); page.dir === 'rtl'"
)
NAMES = Names([PAGE], [SCRIPT])


@pytest.mark.parametrize(
    "rule",
    [
        "p{color:red}",
        ".on{color:red}",
        ".row .lit,#here{color:red}",
        ".set{color:red}",
        ".tab--3{color:red}",
        '[data-kind=old],[data-kind="old"],[data-kind^=ne],[href]{color:red}',
        ":root{color:red}",
        ".on:not(.gone){color:red}",
        ".on:is(.gone,.lit):hover{color:red}",
        ".on:has(.gone){color:red}",
        ".on::-moz-x,.gone{color:red}",
        "@media print{.on{color:red}}",
        "@supports (color:red){@media print{.on{color:red}}}",
        "@font-face{font-family:gone;src:url(gone.woff2)}",
        "@keyframes gone{0%{color:red}to{color:blue}}",
        "@page{margin:1cm}",
        '.on:before{content:".gone{}, \\"}"}',
        ".on{background:url(data:image/svg+xml;utf8,%3Csvg/%3E)}",
    ],
)
def test_what_may_match_stays_as_it_is(rule: str):
    assert without_idle_rules(rule, NAMES) == rule


@pytest.mark.parametrize(
    "rule",
    [
        ".gone{color:red}",
        "#gone{color:red}",
        ".on .gone>p{color:red}",
        ".on:is(.gone,#gone p){color:red}",
        ":where(.gone .on){color:red}",
        "[data-kind=gone]{color:red}",
        "[dir=rtl] .on{color:red}",
        ".tabbed-set{color:red}",
        ".gone::-moz-x{color:red}",
        "@media print{.gone{color:red}}",
        "@supports (color:red){@media print{.gone{color:red}}}",
    ],
)
def test_what_matches_nothing_goes(rule: str):
    assert without_idle_rules(rule, NAMES) == ""


def test_of_a_list_the_selectors_stay_that_may_match():
    assert without_idle_rules(".gone,.on:is(p,.x),.y,p .lit{top:0}", NAMES) == (
        ".on:is(p,.x),p .lit{top:0}"
    )


def test_a_page_from_right_to_left_has_its_rules():
    names = Names([PAGE, '<html dir="rtl">'], [])
    assert without_idle_rules("[dir=rtl] .on{top:0}", names) == "[dir=rtl] .on{top:0}"


def test_a_custom_property_stays_where_a_rule_or_a_script_reads_it():
    css = ':root{--a:1px;--b:url("x;--c:");top:0;--d:2px;--e:3px}@media print{p{--d:3px}a{left:var( --b, var(--a))}}'
    left = without_idle_properties(css, Names([], ["get('--e')"]))
    assert left == (
        ':root{--a:1px;--b:url("x;--c:");top:0;--e:3px}@media print{p{}a{left:var( --b, var(--a))}}'
    )
