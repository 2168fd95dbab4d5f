"""`python -m tests.evaluation edits`: real texts with one edit made by the machine, and what is said of each.

No collection of edits labelled by people is at hand. What is measured is whether an edit of a known sort is found
and called by its name in texts nobody wrote rules for; not how desks really edit.
"""

from __future__ import annotations

import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipeline.dedupe.revision import Edited, revise
from tests.evaluation.meetings_data import load_records
from tests.evaluation.report import Case, Figures, Goal, Report, data_version, facts_of_run
from tests.evaluation.shares import share

SEED = 11
TEXTS = 150  # of each language
LEAST = 400  # characters
WANTED = 0.9
_FILES = ("wire.jsonl", "meetings.jsonl", "pairs/texts.jsonl")
_MONTHS = {
    "en": "January|February|March|April|June|July|August|September|October|November|December",
    "ru": "января|февраля|марта|апреля|июня|июля|августа|сентября|октября|ноября|декабря",
    "tr": "Ocak|Şubat|Mart|Nisan|Haziran|Temmuz|Ağustos|Eylül|Ekim|Kasım|Aralık",
}
_VERBS = {
    "en": r"(?<=\b(?:will|have) )(?=[a-z])",
    "ru": r"(?<=[а-я] )(?<!не )(?=\w{3,}(?:ет|ит|ут|ют|ла|ли|ло)\b)",
    "tr": r"(?<=[bcçdfghjklmnprsştvyz])(?=[ae]c[ae]k\b)",
}
_NAMES = {"en": "Quillworth", "ru": "Жилябовский", "tr": "Öztoprakoğlu"}
_SAID = {"en": ("said", "stated"), "ru": ("сообщил", "рассказал"), "tr": ("söyledi", "anlattı")}
_SENTENCES = {
    "en": "Officials in the port declined to comment any further.",
    "ru": "Представители порта отказались от дальнейших комментариев.",
    "tr": "Limandaki yetkililer başka yorum yapmaktan kaçındı.",
}
_LINKS = {
    "en": "Read more: Ten quiet beaches",
    "ru": "Читайте также: Десять пляжей",
    "tr": "İlgili haber: On plaj",
}
_NOTES = {
    "en": "An earlier version of this story gave another day.",
    "ru": "В предыдущей версии материала был указан другой день.",
    "tr": "Haberin ilk halinde başka bir gün yazılmıştı.",
}


@dataclass(frozen=True, slots=True)
class _Text:
    language: str
    title: str
    body: str


def evaluate(data: Path) -> Report:
    """Edit every text once in each way and judge the edit.

    Raises:
        EvaluationDataError: the data is missing or not in its schema.
    """
    started = time.monotonic()
    tried: Counter[tuple[str, str]] = Counter()
    right: Counter[tuple[str, str]] = Counter()
    cases = []
    texts = list(_texts(data))
    chance = random.Random(SEED)
    for text in texts:
        for name, (edit, wanted) in _EDITS.items():
            body = edit(text, chance)
            if body is None:
                continue
            got = _judged(text, body)
            tried[name, text.language] += 1
            right[name, text.language] += got == wanted
            if got != wanted:
                cases.append(Case(name, f"{text.language} {text.title[:60]}", wanted, got))
    rows = tuple(
        (
            name,
            *(
                cell
                for code in _MONTHS
                for cell in (tried[name, code], share(right[name, code], tried[name, code]))
            ),
        )
        for name in _EDITS
    )
    columns = ("edit", *(column for code in _MONTHS for column in (f"{code} texts", f"{code} right")))
    goal = Goal("edits called by their name", share(right.total(), tried.total()) or 0.0, WANTED)
    facts = facts_of_run(
        datetime.now(UTC),
        time.monotonic() - started,
        data=data_version([data / name for name in _FILES]),
        seed=SEED,
        texts=len(texts),
    )
    return Report(
        "Edits of one text",
        (Figures("One edit each, made by the machine", columns, rows),),
        (goal,),
        tuple(cases),
        facts,
    )


def _texts(data: Path) -> Iterator[_Text]:
    found: dict[str, list[_Text]] = {code: [] for code in _MONTHS}
    for name in _FILES:
        for record in load_records(data / name):
            body = record.get("full_text") or record.get("text") or ""
            if record.get("lang") in found and len(body) >= LEAST:
                found[record["lang"]].append(_Text(record["lang"], record.get("title") or "", body))
    chance = random.Random(SEED)
    for some in found.values():
        yield from chance.sample(some, min(TEXTS, len(some)))


def _judged(text: _Text, body: str) -> str:
    made = revise(Edited(text.title, text.body, text.language), Edited(text.title, body, text.language))
    assert made is not None  # only a first text may have nothing to say
    return " ".join(filter(None, (made.kind, *made.facts, made.marker)))


# Edits ---------------------------------------------------------------------------------------------------------


def _at_one(
    pattern: str, text: _Text, chance: random.Random, instead: Callable[[re.Match[str]], str]
) -> str | None:
    found = list(re.finditer(pattern, text.body))
    if not found:
        return None
    match = chance.choice(found)
    return text.body[: match.start()] + instead(match) + text.body[match.end() :]


def _date(text: _Text, chance: random.Random) -> str | None:
    months = _MONTHS[text.language]
    day = rf"(?P<before>\b(?:{months}) )?\b(?P<day>\d{{1,2}})\b(?(before)| (?:{months})\b)"
    return _at_one(day, text, chance, _next_day)


def _next_day(match: re.Match[str]) -> str:
    day = match["day"]
    return match.group().replace(day, str(int(day) % 28 + 1))


def _number(text: _Text, chance: random.Random) -> str | None:
    number = rf"(?<= )\d{{2,3}}(?= (?!{_MONTHS[text.language]})[^\W\d_]{{4,}})"
    return _at_one(number, text, chance, lambda match: str(int(match.group()) + 3))


def _name(text: _Text, chance: random.Random) -> str | None:
    months = _MONTHS[text.language]
    name = rf"(?<=[^\W\d_A-ZА-Я] )(?!{months}|[A-Z]\w+day\b)[A-ZА-ЯÇĞİÖŞÜ][^\W\d_]{{4,}}(?= [^\W\d_A-ZА-ЯÇĞİÖŞÜ])"
    return _at_one(name, text, chance, lambda _: _NAMES[text.language])


def _not(text: _Text, chance: random.Random) -> str | None:
    words = {"en": "not ", "ru": "не ", "tr": "may"}
    return _at_one(_VERBS[text.language], text, chance, lambda _: words[text.language])


def _wording(text: _Text, chance: random.Random) -> str | None:
    old, new = _SAID[text.language]
    return _at_one(rf"\b{old}\b", text, chance, lambda _: new)


def _ending(lines: dict[str, str]) -> Callable[[_Text, random.Random], str]:
    return lambda text, _: f"{text.body.rstrip()}\n{lines[text.language]}"


_EDITS: dict[str, tuple[Callable[[_Text, random.Random], str | None], str]] = {
    "another day of a month": (_date, "fact date"),
    "another number": (_number, "fact number"),
    "another name": (_name, "fact name"),
    "a not": (_not, "fact negation"),
    "another word for said": (_wording, "wording"),
    "one more sentence": (_ending(_SENTENCES), "content"),
    "one more link": (_ending(_LINKS), "furniture"),
    "a note of correction": (_ending(_NOTES), "furniture correction"),
}
