"""Copies as outlets make them: cut, extended, lightly edited, embedded; and texts that only look alike."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.dedupe.compare import ComparableText, CopyKind, Relation, relate
from pipeline.dedupe.fingerprint import KEY_CAP, blocks, make_fingerprint
from pipeline.dedupe.words import WORD_BYTES, decode, encode, facts, read_words

VOCABULARY = [f"word{chr(97 + i // 676)}{chr(97 + i // 26 % 26)}{chr(97 + i % 26)}" for i in range(4000)]


def dispatch(seed: int, length: int = 400) -> list[str]:
    return random.Random(seed).choices(VOCABULARY, k=length)


def compared(new: list[str] | str, old: list[str] | str, *, title: str = "") -> Relation | None:
    new, old = (text if isinstance(text, str) else " ".join(text) for text in (new, old))
    return relate(ComparableText(make_fingerprint(new, title)), ComparableText(make_fingerprint(old, title)))


def kind(new: list[str] | str, old: list[str] | str) -> CopyKind | None:
    found = compared(new, old)
    return found.kind if found else None


def test_the_same_text_is_exact_whatever_its_furniture() -> None:
    body = " ".join(dispatch(1)).capitalize() + "."
    framed = (
        f"By Anna Example\nANKARA, May 6 (Reuters) - {body}\n(Reporting by Anna Example; Editing by Bo Sample)"
    )
    assert kind(body, body) == CopyKind.EXACT
    assert kind(framed, body) == CopyKind.EXACT


def test_a_third_of_a_dispatch_is_a_shortened_copy() -> None:
    whole = dispatch(2)
    found = compared(whole[:130], whole)
    assert found is not None
    assert (found.kind, found.of_new > 0.99, found.of_old < 0.4) == (CopyKind.SHORTENED, True, True)
    assert kind(whole, whole[:130]) == CopyKind.EXTENDED


def test_light_edits_are_near() -> None:
    whole = dispatch(3)
    edited = list(whole)
    for i in range(0, 400, 80):
        edited[i] = "edited"
    assert kind(edited, whole) == CopyKind.NEAR


def test_a_dispatch_inside_a_long_piece_is_embedded() -> None:
    whole = dispatch(4, 150)
    assert kind([*dispatch(5, 400), *whole, *dispatch(6, 400)], whole) == CopyKind.EMBEDDED


def test_a_long_quotation_in_common_makes_no_copy() -> None:
    quotation = dispatch(7, 120)
    assert kind([*dispatch(8, 60), *quotation, *dispatch(9, 700)], [*quotation, *dispatch(10, 80)]) is None


def test_two_dispatches_with_one_footer_are_not_copies() -> None:
    footer = dispatch(11, 60)
    assert kind(dispatch(12) + footer, dispatch(13) + footer) is None


def test_two_short_items_with_one_long_footer_are_not_copies() -> None:
    footer = dispatch(14, 60)
    assert kind([*dispatch(15, 32), *footer], [*dispatch(16, 32), *footer]) is None


def test_a_paragraph_the_outlet_keeps_repeating_is_left_out() -> None:
    footer = " ".join(dispatch(17, 40))
    print_ = make_fingerprint(" ".join(dispatch(18, 100)) + "\n" + footer)
    known = frozenset(block for block, begin, end in blocks(decode(print_.words)) if end - begin == 40)
    assert len(ComparableText(print_, known).codes) == 100
    every = frozenset(block for block, _, _ in blocks(decode(print_.words)))
    assert len(ComparableText(print_, every).codes) == 140, "a text is never left without words"


# Facts ---------------------------------------------------------------------------------------------------------

MEETS = {
    "en": "The foreign ministers of both countries will {}meet in the capital on {} to discuss grain shipments and the repair "
    "of a terminal, the ministry said in a statement that was read out to reporters on Tuesday afternoon.",
    "ru": "Министры иностранных дел двух стран {}встретятся в столице {} мая, чтобы обсудить поставки зерна и ремонт "
    "терминала, говорится в заявлении министерства, которое было зачитано журналистам во вторник после полудня, "
    "пишет местная пресса со ссылкой на дипломатический источник в столице.",
    "tr": "İki ülkenin dışişleri bakanları tahıl sevkiyatını ve terminalin onarımını konuşmak üzere ayın {1} günü başkentte "
    "{0}, bakanlık salı günü öğleden sonra gazetecilere okunan açıklamada bu bilgiyi paylaştı ve ayrıntı vermedi, "
    "yerel basın da haberi aynı sözlerle okurlarına duyurdu.",
}
NEGATED = {"en": ("", "not "), "ru": ("", "не "), "tr": ("görüşecek", "görüşmeyecek")}


@pytest.mark.parametrize("language", ["en", "ru", "tr"])
def test_will_and_will_not_are_never_one_witness(language: str) -> None:
    will, will_not = (MEETS[language].format(said, 12) for said in NEGATED[language])
    found = compared(will_not, will)
    assert found is not None
    assert (found.kind, found.is_copy) == (CopyKind.UPDATE, False)
    assert found.facts is not None
    assert [fact.name for fact in found.facts.differing] == ["NEGATION"]


@pytest.mark.parametrize("language", ["en", "ru", "tr"])
def test_another_day_is_never_one_witness(language: str) -> None:
    said = NEGATED[language][0]
    found = compared(MEETS[language].format(said, 14), MEETS[language].format(said, 12))
    assert found is not None
    assert not found.is_copy
    same = compared(MEETS[language].format(said, 12), MEETS[language].format(said, 12))
    assert same is not None
    assert same.is_copy


STATEMENT = (
    "The talks between Foreign Minister {name} and his counterpart on the harbour of Samsun have been {status}, an "
    "official told reporters on {day}, adding that {number} ships were waiting outside the port for a decision by "
    "the two governments, and that a technical group would go on working through the summer."
)
PLAIN = {"name": "Sokolov", "status": "opened", "day": "Monday", "number": "twelve"}


@pytest.mark.parametrize(
    ("change", "fact"),
    [
        ({"name": "Petrov"}, "NAME"),
        ({"status": "postponed"}, "STATUS"),
        ({"day": "Thursday"}, "WEEKDAY"),
        ({"number": "forty-one"}, None),
        ({"number": "41"}, "NUMBER"),
        ({"number": "12"}, None),
    ],
)
def test_which_changed_word_is_a_changed_fact(change: dict[str, str], fact: str | None) -> None:
    found = compared(STATEMENT.format(**{**PLAIN, **change}), STATEMENT.format(**PLAIN))
    assert found is not None
    assert found.kind == (CopyKind.UPDATE if fact else found.kind)
    if fact:
        assert found.facts is not None
        assert [one.name for one in found.facts.differing] == [fact]
    else:
        assert found.is_copy


def test_a_form_filled_in_anew_is_a_template() -> None:
    form = (
        "The central bank bought {} million crowns of notes due {} {} at {} per cent through {} on Monday, dealers said, "
        "and added that the operation was carried out at the usual hour in the usual manner for its own account."
    )
    first = form.format(250, "May", 2041, "4.5", "Nordbank")
    assert kind(form.format(900, "July", 2035, "6.2", "Sudbank"), first) == CopyKind.TEMPLATE


def test_an_added_paragraph_with_numbers_is_no_changed_fact() -> None:
    body = STATEMENT.format(**PLAIN)
    assert kind(body + "\nOn 7 June 2030 some 300 ships had passed within 24 hours.", body) in (
        CopyKind.EXTENDED,
        CopyKind.NEAR,
    )


# Flashes -------------------------------------------------------------------------------------------------------

FLASH = "Foreign Minister Sokolov will visit Istanbul on 14 May for talks on grain, the ministry says"
LONG = (
    "Foreign Minister Sokolov will visit Istanbul on 14 May for talks on grain, the ministry says.\n"
    + " ".join(dispatch(21, 200)).capitalize()
)


def test_a_flash_is_joined_by_the_long_version_that_follows() -> None:
    assert kind(LONG, FLASH) == CopyKind.EXTENDED
    assert kind(FLASH, LONG) == CopyKind.SHORTENED


def test_a_flash_with_another_day_is_not() -> None:
    assert kind(LONG, FLASH.replace("14 May", "16 May")) == CopyKind.UPDATE


def test_two_flashes_that_share_a_phrase_are_two() -> None:
    assert (
        kind(FLASH, "Foreign Minister Sokolov will visit Ankara in autumn to open a school, an aide tells a paper")
        is None
    )


def test_teasers_of_one_body_and_two_headlines_are_two() -> None:
    assert (
        relate(
            ComparableText(make_fingerprint("Live", "Talks open")),
            ComparableText(make_fingerprint("Live", "Port closed")),
        )
        is None
    )


# What must always hold -----------------------------------------------------------------------------------------


@given(st.lists(st.sampled_from(VOCABULARY[:50]), max_size=600))
def test_fingerprints_are_bounded_sorted_and_symmetric(words: list[str]) -> None:
    made = make_fingerprint(" ".join(words))
    assert list(made.keys) == sorted(set(made.keys))
    assert len(made.keys) <= KEY_CAP
    assert len(made.words) == WORD_BYTES * made.tokens
    other = make_fingerprint(" ".join(words[::-1]))
    there, back = (
        relate(ComparableText(made), ComparableText(other)),
        relate(ComparableText(other), ComparableText(made)),
    )
    assert (there is None) == (back is None)
    if there and back:
        assert (there.of_new, there.jaccard, there.is_copy) == (back.of_old, back.jaccard, back.is_copy)


@given(st.text(max_size=400), st.booleans())
def test_any_text_can_be_fingerprinted(text: str, turkish: bool) -> None:
    paragraphs = [read_words(line, turkish=turkish) for line in text.split("\n")]
    codes = decode(encode(paragraphs))
    assert len(codes) == sum(map(len, paragraphs))
    assert set(facts(codes).tolist()) <= set(range(8))
    assert make_fingerprint(text, text).scheme == 2


@given(quoted=st.integers(190, 260), own=st.integers(100, 150), seed=st.integers(0, 10_000))
def test_two_reports_that_quote_one_speech_at_length_are_two(quoted: int, own: int, seed: int) -> None:
    speech = dispatch(seed + 1, quoted)

    def report(number: int) -> list[str]:
        told = dispatch(seed + number, own)
        half = len(speech) // 2
        return [*told[:60], *speech[:half], *told[60:], *speech[half:]]

    assert kind(report(20_011), report(40_022)) is None


def test_a_long_quotation_does_not_hide_that_one_report_is_cut_from_the_other() -> None:
    whole = [*dispatch(71, 80), *dispatch(72, 220), *dispatch(73, 100)]
    assert kind([*dispatch(74, 60), *whole[:250]], whole) in (CopyKind.SHORTENED, CopyKind.EXTENDED)


def test_the_next_version_of_a_story_is_an_update_of_the_last() -> None:
    story = " ".join(dispatch(81, 300))
    first = f"fourteen ships left the port on may 3 for the talks {story}"
    second = f"nineteen ships had left the port by may 5 and the talks were put off {story} {' '.join(dispatch(82, 40))}"
    assert kind(second, first) in (CopyKind.UPDATE, CopyKind.EXTENDED)
