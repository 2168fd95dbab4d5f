"""Every verb of verbs.csv in every construction: what changes a meeting says so in each, and in none that denies it."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.meetings.read.reader import MeetingReader
from pipeline.meetings.statuses import DEPUTY, is_marked
from pipeline.records import Article, MeetingMention

LANGUAGES = Path(__file__).parents[3] / "config" / "languages"
CHANGES = {"cancelled", "postponed", "rescheduled", "denied"}

# by frame: a construction and the sentence; a name in braces is a form of the verb, {tail} its particle
ENGLISH = {
    "object": {
        "active": "Kenya {past}{tail} talks with Uganda.",
        "perfect": "The Kenyan government has {past}{tail} talks with Uganda.",
        "passive": "Talks between Kenya and Uganda have been {past}{tail}.",
        "headline": "Kenya {s}{tail} talks with Uganda || ",
        "decided": "Kenya decided to {base}{tail} talks with Uganda.",
        "not negated": "Kenya has not {past}{tail} talks with Uganda.",
        "not possible": "Kenya may {base}{tail} talks with Uganda.",
        "not threatened": "Kenya threatened to {base}{tail} talks with Uganda.",
        "not asked": "Kenya urged Uganda to {base}{tail} talks with Kenya.",
    },
    "subject": {
        "active": "Talks between Kenya and Uganda {past}{tail}.",
        "perfect": "Talks between Kenya and Uganda have {participle}{tail}.",
        "not possible": "Talks between Kenya and Uganda may {base}{tail}.",
    },
    "attend": {
        "active": "The Kenyan president {past}{tail} a summit in Uganda.",
        "headline": "Kenyan president {s}{tail} Uganda summit || ",
        "decided": "The Kenyan president decided to {base}{tail} a summit in Uganda.",
        "not possible": "The Kenyan president may {base}{tail} a summit in Uganda.",
    },
}
RUSSIAN = {
    "object": {
        "active": "Кения {past} переговоры с Угандой.",
        "headline": "Кения {past} переговоры с Угандой || ",
        "passive": "Переговоры Кении и Уганды {done}.",
        "decided": "Кения решила {inf} переговоры с Угандой.",
        "not possible": "Кения может {inf} переговоры с Угандой.",
        "not negated": "Кения не {past} переговоры с Угандой.",
    },
}
TURKISH = {
    "object": {
        "active": "Kenya, Uganda ile görüşmeleri {past}.",
        "reported": "Kenya'nın Uganda ile görüşmeleri {said} bildirildi.",
        "not negated": "Kenya, Uganda ile görüşmeleri {not past}.",
        "not possible": "Kenya, Uganda ile görüşmeleri {able}.",
    },
}
OF_HABIT = {"отменять", "откладывать", "переносить"}  # in the past they tell what was often so, not news
ENDINGS = {"past": "", "said": "ini", "able": "ir", "not past": ""}  # behind the star of a Turkish form


@dataclass(frozen=True)
class Cell:
    language: str
    verb: str
    construction: str
    text: str


def rows(language: str, table: str) -> list[dict[str, str]]:
    with (LANGUAGES / language / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def grid(language: str, sentences: dict[str, dict[str, str]]) -> Iterator[Cell]:
    forms = rows(language, "forms")
    for verb in rows(language, "verbs"):
        if verb["frame"] not in sentences or verb["lemma"] in OF_HABIT:
            continue
        own = [form for form in forms if form["lemma"] == verb["lemma"]]
        known = {form["tag"]: form["form"] for form in own if " " not in verb["lemma"] or form["form"]}
        known.update(
            {form["tag"]: form["form"] for form in own if form["tag"] == "past" and is_third(form["form"])}
        )
        if "any" in known:
            known |= {"base": known["any"], "past": known["any"]}
        known["participle"] = {"fell": "fallen", "came": "come"}.get(known.get("past", ""), known.get("past", ""))
        for construction, sentence in sentences[verb["frame"]].items():
            try:
                text = sentence.format(tail=f" {verb['particle']}" if verb["particle"] else "", **filled(known))
            except KeyError:
                continue  # the verb lacks the form: a verb of state has no passive
            name = " ".join(filter(None, (verb["lemma"], verb["particle"])))
            if language != "en" and verb["particle"]:
                continue
            yield Cell(language, name, construction, text)


def is_third(form: str) -> bool:
    """Of several past forms the one that fits the sentences: feminine in Russian, the finite one in English."""
    return form.endswith(("ла", "ell", "ame", "oke", "roze", "old", "ank", "at"))


def filled(known: dict[str, str]) -> dict[str, str]:
    return {tag: form.replace("*", ENDINGS.get(tag, "")) for tag, form in known.items()}


CELLS = [*grid("en", ENGLISH), *grid("ru", RUSSIAN), *grid("tr", TURKISH)]


@pytest.mark.parametrize("language", ["en", "ru", "tr"])
def test_verbs_in_constructions(language: str, read: Callable[..., tuple[MeetingMention, ...]]) -> None:
    wrong = []
    cells = [cell for cell in CELLS if cell.language == language]
    for cell in cells:
        title, _, body = cell.text.rpartition(" || ") if "||" in cell.text else ("", "", cell.text)
        told = {mention.status.value for mention in read(body.strip(), title=title.strip(), language=language)}
        if bool(told & CHANGES) == cell.construction.startswith("not "):
            wrong.append(f"{cell.verb} | {cell.construction} | {cell.text} | {sorted(told)}")
    assert len(cells) >= {"en": 300, "ru": 90, "tr": 50}[language]
    assert not wrong, "\n".join([f"{len(wrong)} of {len(cells)}", *wrong])


@pytest.mark.parametrize(
    "text",
    [
        "Russia withdrew troops from Ukraine after talks with Turkey.",
        "The United States revoked visas of Iranian officials before a meeting.",
        "The Turkish and Russian presidents will meet after Moscow's withdrawal from a grain deal with Ukraine.",
    ],
)
def test_an_invitation_is_withdrawn_only_where_one_is_named(
    read: Callable[..., tuple[MeetingMention, ...]], text: str
) -> None:
    assert not {mention.status.value for mention in read(text)} & CHANGES
    (mention,) = read("Israel withdrew its invitation to the Turkish president.")
    assert (mention.status.value, mention.countries) == ("cancelled", ("IL", "TR"))


def test_who_withdraws_from_a_summit_stays_away(read: Callable[..., tuple[MeetingMention, ...]]) -> None:
    (mention,) = read("The Serbian president's withdrawal from the summit in Croatia was confirmed.")
    assert (mention.status.value, mention.scope) == ("cancelled", "attendance")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "en",
            "The Kenyan foreign minister will skip the talks in Uganda on 14 May and is sending her deputy instead.",
        ),
        (
            "en",
            "The Kenyan foreign minister will not attend the talks in Uganda; he will be represented by an envoy.",
        ),
        (
            "ru",
            "Министр иностранных дел Кении не примет участия в переговорах в Уганде, вместо него поедет посол.",
        ),
        ("ru", "Министр иностранных дел Кении не приедет на переговоры в Уганду, вместо него будет заместитель."),
    ],
)
def test_who_sends_a_deputy_to_talks_of_two_stays_away_alone(
    reader: MeetingReader, language: str, text: str
) -> None:
    (mention,) = reader.read(Article("", text, datetime(2031, 5, 6, tzinfo=UTC), "page", "UTC", language, 1.0))
    assert (mention.status.value, mention.scope) == ("cancelled", "attendance")
    assert is_marked(mention, DEPUTY)
