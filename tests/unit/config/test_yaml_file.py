"""Every mistake of a YAML file, at once, with its line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from pipeline.errors import ConfigurationError
from pipeline.yaml_file import append, line_of, load, mistakes, parse, unique


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Lamp(Strict):
    kind: Literal["lamp"]
    watts: int = Field(gt=0)


class Radio(Strict):
    kind: Literal["radio"]
    station: str
    token: SecretStr | None = None


class Shelf(Strict):
    name: str
    colour: Literal["red", "green"] = "red"
    goods: list[Annotated[Lamp | Radio, Field(discriminator="kind")]] = []


class Shop(Strict):
    shelves: Annotated[list[Shelf], unique("name")]
    opens: str = "9:00"
    country: str = "NO"
    prices: dict[str, float] = {}

    @model_validator(mode="after")
    def _priced(self) -> Shop:
        wrong = [(("prices", name), "expected a shelf", name) for name in self.prices if name == "none"]
        if wrong:
            raise mistakes(wrong)
        return self


def problems(text: str) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        parse(text, Shop, name="config/shop.yml")
    return caught.value.problems


def test_a_right_file_is_read_with_yaml_1_2_words() -> None:
    text = """\
shelves:
  - name: on
    colour: green
    goods: [{kind: lamp, watts: 40}]
opens: 12:30
country: NO
"""
    shop = parse(text, Shop, name="shop.yml")
    assert shop.shelves[0].name == "on"
    assert shop.opens == "12:30"
    assert shop.country == "NO"
    assert shop.shelves[0].goods == [Lamp(kind="lamp", watts=40)]


def test_every_mistake_is_listed_with_its_line_and_place() -> None:
    text = """\
shelves:
  - name: front
    color: red
    goods:
      - kind: lamp
        watts: -1
      - kind: raddio
      - {kind: radio}
  - name: front
    colour: gren
openss: 8
"""
    assert problems(text) == [
        "config/shop.yml:3: shelves[0].color: expected no such key, did you mean colour?",
        "config/shop.yml:6: shelves[0].goods[0].watts: expected greater than 0 (got -1)",
        "config/shop.yml:7: shelves[0].goods[1].kind: expected one of 'lamp', 'radio', "
        "did you mean radio? (got 'raddio')",
        "config/shop.yml:8: shelves[0].goods[2].station: expected a value (got none)",
        "config/shop.yml:9: shelves[1].name: expected a unique value, entry 1 has it already (got 'front')",
        "config/shop.yml:10: shelves[1].colour: expected 'red' or 'green', did you mean green? (got 'gren')",
        "config/shop.yml:11: openss: expected no such key, did you mean opens?",
    ]


def test_an_unknown_key_of_a_union_member_is_compared_with_that_member_only() -> None:
    found = problems("shelves: [{name: a, goods: [{kind: lamp, watts: 4, station: x}]}]")
    assert found == [
        "config/shop.yml:1: shelves[0].goods[0].station: expected no such key, known here: kind, watts"
    ]


def test_a_secret_is_never_repeated() -> None:
    found = problems("shelves: [{name: a, goods: [{kind: radio, station: x, token: [hunter2]}]}]")
    assert len(found) == 1
    assert "hunter2" not in found[0]
    assert found[0].endswith("(got a secret)")


def test_long_values_are_shortened() -> None:
    (found,) = problems(f"shelves: []\nopens: [{'x' * 500}]\nprices: {{a: {'y' * 500}}}\n")[1:]
    assert len(found) < 220
    assert found.endswith("…)")


def test_mistakes_between_entries_have_lines_too() -> None:
    assert problems("shelves: []\nprices:\n  a: 1\n  none: 2\n") == [
        "config/shop.yml:4: prices.none: expected a shelf (got 'none')"
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["config/shop.yml:1: expected settings (got an empty file)"]),
        ("# only a comment\n", ["config/shop.yml:1: expected settings (got an empty file)"]),
        ("- a\n", ["config/shop.yml:1: expected a mapping (got a list)"]),
        (
            "shelves: []\nshelves: []\nprices: {a: 1, a: 2}\n",
            [
                "config/shop.yml:2: expected each key once (got shelves again, it is on line 1 too)",
                "config/shop.yml:3: expected each key once (got a again, it is on line 3 too)",
            ],
        ),
        (
            "a: !!python/object:os x\n",
            ["config/shop.yml:1: expected plain YAML (got the tag !!python/object:os)"],
        ),
        ("\n\na: !!int five\n", ["config/shop.yml:3: expected plain YAML (got the tag !!int)"]),
        (
            "a: &x\n  - *x\n",
            ["config/shop.yml:1: expected plain YAML (got an anchor that contains its own alias)"],
        ),
        ("? [a]\n: b\n", ["config/shop.yml:1: expected a word as key (got a list or mapping)"]),
    ],
)
def test_what_is_no_plain_yaml_is_refused(text: str, expected: list[str]) -> None:
    assert problems(text) == expected


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: [1\nb: 2\n", 2),
        ("a: 1\n\tb: 2\n", 2),
        ("a:\n  - 'x\n", 3),
        ("a: 1\nb: \x07\n", 2),
        ("a: 1\n--- b\n", 2),
    ],
)
def test_broken_yaml_names_its_line(text: str, line: int) -> None:
    (found,) = problems(text)
    assert found.startswith(f"config/shop.yml:{line}: expected YAML: ")


def test_a_file_that_is_missing_a_folder_or_not_utf_8(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as missing:
        load(tmp_path / "config" / "shop.yml", Shop, root=tmp_path)
    assert missing.value.problems == ["config/shop.yml:1: expected a readable file (No such file or directory)"]
    with pytest.raises(ConfigurationError) as folder:
        load(tmp_path, Shop, root=tmp_path.parent)
    assert "expected a readable file" in folder.value.problems[0]
    path = tmp_path / "shop.yml"
    path.write_bytes("shelves: []\nopens: Öl\n".encode("latin-1"))
    with pytest.raises(ConfigurationError) as encoding:
        load(path, Shop)
    assert encoding.value.problems == ["shop.yml:2: expected UTF-8 text (got byte 0xd6)"]


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    path = tmp_path / "shop.yml"
    path.write_bytes(b"\xef\xbb\xbfshelves: []\n")
    assert load(path, Shop).shelves == []
    assert line_of(path, ("shelves",)) == 1


def test_line_of_an_entry(tmp_path: Path) -> None:
    path = tmp_path / "shop.yml"
    path.write_text("# shop\nshelves:\n  - name: a\n  - colour: red\n    name: b\n", encoding="utf-8")
    assert line_of(path, ("shelves", 1, "name")) == 5


# PyYAML writes the line breaks that only Unicode knows without quotes, and so loses them
words = st.text(st.characters(codec="utf-8", exclude_characters="\x85\u2028\u2029"), max_size=20)
plain_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=12,
)


@given(st.text(max_size=200))
def test_no_text_ends_in_anything_but_a_value_or_listed_mistakes(text: str) -> None:
    found = []
    try:
        parse(text, Shop, name="x.yml")
    except ConfigurationError as error:
        found = [problem.startswith("x.yml:") for problem in error.problems]
        found.append(bool(found))
    assert all(found)


KEPT = "# shelves of the shop\nshelves:\n  - name: a   # the first\n\n  # empty for now\n  - name: b\n"


@given(st.lists(st.dictionaries(words, plain_values, min_size=1, max_size=4), min_size=1, max_size=3))
def test_append_keeps_every_character_and_its_entries_read_back_the_same(entries: list[dict[str, object]]) -> None:
    text = append(KEPT, "shelves", entries, name="shop.yml")
    assert text.startswith(KEPT.rstrip())
    assert parse(text, AnyShop, name="shop.yml").shelves == [{"name": "a"}, {"name": "b"}, *entries]


class AnyShop(BaseModel):
    shelves: list[dict[str, object]]


@pytest.mark.parametrize("text", ["shelves: [a]\n", "shelves:\n  - a\nopens: x\n", "- a\n", "other:\n  - a\n"])
def test_append_refuses_a_file_laid_out_otherwise(text: str) -> None:
    with pytest.raises(ConfigurationError, match="expected `shelves:` with a list below it"):
        append(text, "shelves", [{"name": "x"}], name="shop.yml")
