"""Where a dispatch comes from, with the words that say so; and the furniture that is taken off before comparing."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.dedupe.furniture import Sort, strip_furniture
from pipeline.dedupe.origin import find_origins, sure_origin

SENTENCE = {
    "en": "The ministers will discuss the harbour, a spokesman said.",
    "ru": "Министры обсудят порт, сообщил представитель ведомства.",
    "tr": "Bakanlar limanı görüşecek, sözcü açıkladı.",
}


@pytest.mark.parametrize(
    ("line", "agency"),
    [
        ("ANKARA (Reuters) – ", "Reuters"),
        ("ANKARA, June 12 (Reuters) - ", "Reuters"),
        ("MOSCOW, June 12. /TASS/. ", "TASS"),
        ("МОСКВА, 12 июня. /ТАСС/. ", "TASS"),
        ("АНКАРА, 14 июн - РИА Новости. ", "RIA Novosti"),
        ("Москва. 12 июня. INTERFAX.RU - ", "Interfax"),
        ("ANKARA (AA) - ", "Anadolu"),
        ("İSTANBUL (DHA) - ", "DHA"),
        ("WASHINGTON (AP) — ", "AP"),
        ("BERLIN (dpa) - ", "DPA"),
        ("SAMSUN, May 13. /Volna/. ", "Volna"),
    ],
)
def test_a_dateline_names_the_agency_and_is_not_compared(line: str, agency: str) -> None:
    body = line + SENTENCE["en"]
    origin = find_origins("", body)[0]
    assert (origin.agency, origin.role) == (agency, "origin")
    assert origin.evidence in body[origin.span.start : origin.span.end]
    assert sure_origin(find_origins("", body)) == agency
    assert [p.strip() for p in strip_furniture("", body).paragraphs] == [SENTENCE["en"]]


@pytest.mark.parametrize(
    ("body", "agency", "role"),
    [
        (SENTENCE["en"] + "\n/Sputnik", "Sputnik", "origin"),
        (SENTENCE["en"] + "\nAFP", "AFP", "origin"),
        (SENTENCE["en"] + " (AFP)", "AFP", "origin"),
        (SENTENCE["tr"] + "\nKaynak: AA", "Anadolu", "origin"),
        (SENTENCE["ru"] + "\nИсточник: ТАСС", "TASS", "origin"),
        ("Визит отложен, сообщает РИА Новости. " + SENTENCE["ru"], "RIA Novosti", "credited"),
        ("Визит отложен, пишут газеты со ссылкой на ТАСС. " + SENTENCE["ru"], "TASS", "credited"),
        ("The visit is off, Anadolu Agency reported. " + SENTENCE["en"], "Anadolu", "credited"),
        ("The visit is off, according to Interfax. " + SENTENCE["en"], "Interfax", "credited"),
        ("A diplomat confirmed to AFP that the visit is off. " + SENTENCE["en"], "AFP", "quoted"),
        ("“We will come,” an official told Reuters. " + SENTENCE["en"], "Reuters", "quoted"),
        ("Ziyaret ertelendi, Reuters'a konuşan yetkili söyledi. " + SENTENCE["tr"], "Reuters", "quoted"),
        (SENTENCE["en"] + "\nAgencies contributed to this report.", "agencies", "credited"),
        (SENTENCE["en"] + "\n(Reporting by A. Sample; Editing by B. Example)", "Reuters", "origin"),
    ],
)
def test_who_wrote_who_is_retold_and_who_is_quoted(body: str, agency: str, role: str) -> None:
    assert [(o.agency, o.role) for o in find_origins("", body)] == [(agency, role)]


def test_only_one_agency_can_be_the_sure_origin() -> None:
    both = "ANKARA (Reuters) - " + SENTENCE["en"] + "\nAFP"
    assert {o.agency for o in find_origins("", both)} == {"Reuters", "AFP"}
    assert sure_origin(find_origins("", both)) is None
    assert sure_origin(find_origins("", "An official told AFP. " + SENTENCE["en"])) is None


def test_an_agency_that_cites_itself_is_named_once() -> None:
    body = "ANKARA (Reuters) - " + SENTENCE["en"] + "\n“Yes,” an official told Reuters."
    assert [(o.agency, o.role) for o in find_origins("", body)] == [("Reuters", "origin")]


@pytest.mark.parametrize(
    "words", ["SANA SORDUM", "the AP exam", "trends in Trendville", "Anadolu yakası", "AAA batteries"]
)
def test_a_word_that_looks_like_an_agency_is_none(words: str) -> None:
    assert find_origins("", f"He spoke of {words} and left.") == ()


@pytest.mark.parametrize(
    ("title", "line", "sort"),
    [
        ("UPDATE 2-Talks open", "", Sort.MARK),
        ("СРОЧНО: Визит отложен", "", Sort.MARK),
        ("SON DAKİKA: Ziyaret ertelendi", "", Sort.MARK),
        ("", "By Anna Example and Bo Sample", Sort.BYLINE),
        ("", "(Reporting by Anna Example; Editing by Bo Sample)", Sort.CREDIT),
        ("", "FILE PHOTO: The minister at the port. Agency/Handout", Sort.CAPTION),
        ("", "Фото: пресс-служба", Sort.CAPTION),
        ("", "Читайте также: Порт открылся", Sort.LINKS),
        ("", "Read more: The port opens", Sort.LINKS),
        ("", "İlgili haber: Liman açıldı", Sort.LINKS),
        ("", "© 2030 Example News. All rights reserved.", Sort.LEGAL),
    ],
)
def test_furniture_is_taken_off_and_remembered(title: str, line: str, sort: Sort) -> None:
    stripped = strip_furniture(title, f"{SENTENCE['en']}\n{line}" if line else SENTENCE["en"])
    assert stripped.paragraphs == (SENTENCE["en"],)
    found = [piece.sort for piece in stripped.pieces]
    assert found == [sort] or (sort == Sort.LEGAL and found == [Sort.CAPTION])


def test_what_an_agency_adds_in_brackets_is_no_part_of_the_text() -> None:
    stripped = strip_furniture("", "(Adds comment from ministry) " + SENTENCE["en"])
    assert [p.strip() for p in stripped.paragraphs] == [SENTENCE["en"]]


@given(st.text(max_size=60), st.lists(st.text(max_size=120), max_size=6))
def test_furniture_of_any_text_lies_where_it_says(title: str, lines: list[str]) -> None:
    body = "\n".join(line.replace("\n", " ") for line in lines)
    stripped = strip_furniture(title, body)
    for piece in stripped.pieces:
        source = title if piece.span.field == "title" else body
        assert 0 <= piece.span.start <= piece.span.end <= len(source)
        assert piece.text.strip() in source
    for before, after in pairwise(find_origins(title, body)):
        assert before.confidence >= after.confidence


def test_the_seeds_name_the_agencies_they_come_from(data: Path) -> None:
    texts = {path.name[:3]: path.read_text() for path in (data / "seeds").glob("0*.txt")}
    origins = {name: find_origins("", text.partition("Dear reader")[0]) for name, text in texts.items()}
    assert sure_origin(origins["003"]) == "Reuters"
    assert [(o.agency, o.role) for o in origins["001"]] == [("AFP", "quoted")]
    assert [sure_origin(origins[name]) for name in ("000", "001", "002", "004")] == [None] * 4
