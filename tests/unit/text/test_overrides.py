from __future__ import annotations

import pytest

from pipeline.records import PageHints
from pipeline.text.extract import extract_article
from pipeline.text.overrides import NO_RULES, PageRules, check_selector

SAID = "The delegation led by Foreign Minister Grigory Sokolov is due in Samsun on Saturday, the ministry said."
NOTE = "Readers of this paper travel to Samsun at half the price, in comfortable coaches, all through the summer."
PAGE = f"<html><body><article><h1>Sokolov due</h1><p>{SAID}</p><p class='x7'>{NOTE}</p></article></body></html>".encode()


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (NO_RULES, f"{SAID}\n{NOTE}"),
        (PageRules(exclude=("p.x7",)), SAID),
        (PageRules(exclude=("//p[@class='x7']",)), SAID),
        (PageRules(include=("p.x7",)), NOTE),
        (PageRules(include=("//section",)), f"{SAID}\n{NOTE}"),
        (PageRules(include=("article",), exclude=("p.x7",)), SAID),
    ],
)
def test_rules_of_an_outlet(rules: PageRules, expected: str) -> None:
    hints = PageHints(url="http://harbour.example/a")
    assert extract_article(PAGE, content_type=None, hints=hints, rules=rules).body == expected


@pytest.mark.parametrize("selector", ["//div[", "p..x7", "div >"])
def test_what_is_no_selector_is_refused(selector: str) -> None:
    with pytest.raises(ValueError, match="expected XPath or a CSS selector"):
        check_selector(selector)
