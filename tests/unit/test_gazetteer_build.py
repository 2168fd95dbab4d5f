"""The tables of config/gazetteer are what the build makes of their sources, and hold what they promise."""

from __future__ import annotations

import csv
import io
import itertools
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

FOLDER = Path(__file__).parents[2] / "config" / "gazetteer"
TABLES = ("countries", "cities", "offices", "people", "holders")


def table(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_tables_are_what_their_sources_make() -> None:
    pytest.importorskip("pymorphy3")
    from pipeline.gazetteer_build.sources import read_sources
    from pipeline.gazetteer_build.tables import COLUMNS, build

    made = build(read_sources(FOLDER / "sources"))
    assert set(made) == set(TABLES)
    for name, rows in made.items():
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, COLUMNS[name], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        committed = (FOLDER / f"{name}.csv").read_bytes().decode()
        assert committed == text.getvalue(), f"{name}.csv: run python -m pipeline.gazetteer_build"


@pytest.mark.parametrize(
    ("name", "country", "woman", "forms"),
    [
        ("Григорий Вересаев", "RU", False, {"Григория Вересаева", "Григорию Вересаеву", "Григорием Вересаевым"}),
        ("Анна Лисицына", "RU", True, {"Анны Лисицыной", "Анну Лисицыну"}),
        ("Нихат Арданоглу", "TR", False, {"Нихата Арданоглу", "Нихатом Арданоглу"}),
        ("Ли Цзянь", "CN", False, {"Ли Цзяня", "Ли Цзянем"}),
        ("Карл Штраус", "DE", False, {"Карла Штрауса", "Карлом Штраусом"}),
        ("Хильда Бергер", "DE", True, {"Хильды Бергер", "Хильдой Бергер"}),
        ("Омар аль-Харис", "JO", False, {"Омара аль-Хариса"}),
        ("Пётр Яровский", "UA", False, {"Петра Яровского", "Петром Яровским"}),
        ("Джон Прайс", "GB", False, {"Джона Прайса"}),
        ("Мария Саваж", "FR", True, {"Марии Саваж"}),
        ("Томаш Гавелка", "CZ", False, {"Томаша Гавелки", "Томаше Гавелке"}),
    ],
)
def test_people_in_russian_cases(name: str, country: str, woman: bool, forms: set[str]) -> None:
    russian = pytest.importorskip("pipeline.gazetteer_build.russian", exc_type=ImportError)
    found = [form.replace("ё", "е") for form in russian.person_forms(name, country, woman=woman)]
    assert found[0] == name.replace("ё", "е")
    assert forms <= set(found)


@pytest.mark.parametrize(
    ("phrase", "form"),
    [
        ("Саудовская Аравия", "Саудовской Аравией"),
        ("Босния и Герцеговина", "Боснии и Герцеговины"),
        ("Нидерланды", "Нидерландами"),
        ("Белый дом", "Белого дома"),
        ("Ростов-на-Дону", "Ростове-на-Дону"),
        ("Совет Европы", "Советом Европы"),
    ],
)
def test_places_in_russian_cases(phrase: str, form: str) -> None:
    russian = pytest.importorskip("pipeline.gazetteer_build.russian", exc_type=ImportError)
    assert form in russian.phrase_forms(phrase)
    assert russian.phrase_forms("Сочи") == ["Сочи"]
    assert russian.phrase_forms("США") == ["США"]


def test_names_in_latin_letters() -> None:
    latin = pytest.importorskip("pipeline.gazetteer_build.latin", exc_type=ImportError)
    assert latin.turkish_spelling("Сергей *Шульгин") == "Sergey *Şulgin"
    assert latin.turkish_spelling("Юлия Ежова-Щукина") == "Yuliya Yejova-Şçukina"
    assert latin.turkish_spelling("Игорь *Черных") == "İgor *Çernıh"
    assert latin.transliterated("Сергей *Шульгин") == "Sergey *Shulgin"
    assert latin.english_spellings("Sergei *Orlov", {"Sergei": ["Sergey"]}) == ["Sergei *Orlov", "Sergey *Orlov"]
    assert latin.english_spellings("Kemal *Arda", {}) == ["Kemal *Arda"]


@given(st.text("абвгдеёжзийклмнопрстуфхцчшщъыьэюя", min_size=2, max_size=12), st.booleans())
def test_any_surname_has_forms_and_keeps_its_own(surname: str, woman: bool) -> None:
    russian = pytest.importorskip("pipeline.gazetteer_build.russian", exc_type=ImportError)
    name = surname.capitalize()
    forms = russian.person_forms(f"Иван {name}", "RU", woman=woman)
    assert forms[0] == f"Иван {name}"
    assert len(forms) == len(set(forms)) <= 7
    assert all(form.count(" ") == 1 and form[0] == "И" for form in forms)


def test_titles_have_both_numbers() -> None:
    russian = pytest.importorskip("pipeline.gazetteer_build.russian", exc_type=ImportError)
    forms = russian.phrase_forms("министр иностранных дел", plural=True)
    assert {"министру иностранных дел", "министры иностранных дел", "министрами иностранных дел"} <= set(forms)


def test_what_the_gazetteer_promises() -> None:
    holders, people = table("holders"), table("people")
    assert len({row["person"] for row in holders}) >= 350
    assert len({row["office"].split(".")[0] for row in holders}) >= 60
    assert len(table("cities")) >= 1900
    assert sum(bool(row["geonames"]) for row in table("cities")) >= 1900
    assert {row["precision"] for row in holders} == {"day", "month", "year"}
    assert not [row["person"] for row in people if row["wikidata"] and not row["wikidata"].startswith("Q")]
    ids = Counter(row["wikidata"] for row in people if row["wikidata"])
    assert [number for number, times in ids.items() if times > 1] == []


def test_an_office_has_one_holder_at_a_time() -> None:
    from pipeline.meetings.who.persons import SHARED_ROLES

    spans: dict[str, list[tuple[date, date, str]]] = {}
    for row in table("holders"):
        until = date.fromisoformat(row["to"] or "9999-12-31")
        spans.setdefault(row["office"], []).append((date.fromisoformat(row["from"]), until, row["person"]))
    doubled = [
        (office, earlier[2], later[2])
        for office, held in spans.items()
        if office.split(".")[1] not in SHARED_ROLES
        for earlier, later in itertools.pairwise(sorted(held))
        if earlier[1] - later[0] > timedelta(31)  # a month of which only the month is known
    ]
    assert doubled == []


@pytest.mark.parametrize(
    ("country", "role"),
    [*itertools.product(("RU", "TR"), ("HS", "HG", "FM", "DM", "IM", "CGS")), ("RU", "SC"), ("TR", "EM")],
)
def test_russia_and_turkey_have_no_gap_since_2000(country: str, role: str) -> None:
    spans = sorted(
        (date.fromisoformat(row["from"]), date.fromisoformat(row["to"] or "9999-12-31"))
        for row in table("holders")
        if row["office"] == f"off:{country}.{role}"
    )
    reached = date(2000, 5, 28)
    end = date(2018, 7, 9) if (country, role) == ("TR", "HG") else date(2026, 11, 1)  # the office was abolished
    for start, until in spans:
        assert (start - reached).days <= 32, f"nobody between {reached} and {start}"
        reached = max(reached, until)
    assert reached >= end
