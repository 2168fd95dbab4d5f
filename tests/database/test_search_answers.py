"""Sixty queries with known answers: names in every case, operators alone and together, three languages.

A Russian surname written with a capital is a name; in small letters it is also the word it looks like (песков: of the
sands), as both may be meant.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, Engine, text
from stored import store_article

NOW = datetime(2031, 5, 8, 9, tzinfo=UTC)
TEXTS = {
    "en1": (
        "en",
        "Sokolov to visit Istanbul",
        "Ministers discuss the grain corridor before the summit in Ankara.",
    ),
    "en2": (
        "en",
        "Kremlin denies talks",
        "The spokesman said no visit of the foreign minister was planned in May.",
    ),
    "en3": (
        "en",
        "Visit cancelled",
        "Foreign ministers of Iran and Turkey will not meet; the corridor stays shut.",
    ),
    "en4": (
        "en",
        "Lavrov and Fidan speak",
        "Hakan Fidan and Sergei Lavrov spoke by phone about Yalçınkaya's plan.",
    ),
    "ru1": ("ru", "Лавров посетит Анкару", "Глава МИД встретится с Фиданом. Песков подтвердил визит."),
    "ru2": ("ru", "Визит Лаврова перенесён", "По словам Пескова, встречу с Фиданом отложили на июнь."),
    "ru3": ("ru", "Захарова ответила", "О лаврах и песке речи не было, заявила Захаровой пресса."),
    "ru4": (
        "ru",
        "Фидан прибыл в Москву",
        "Министра встретили; с Лавровым он увидится завтра. Эрдогана ждут осенью.",
    ),
    "ru5": ("ru", "Зеленского пригласили", "Переговоры с Зеленским и Эрдоганом пройдут в Стамбуле."),
    "tr1": ("tr", "Görüşme ertelendi", "Dışişleri Bakanı Fidan'ın İstanbul'daki görüşmesi ertelendi."),
    "tr2": ("tr", "Lavrov Ankara'ya geliyor", "Rusya Dışişleri Bakanı Lavrov'un ziyareti iptal edilmedi."),
    "tr3": ("tr", "Zirve iptal edildi", "Isparta'daki zirve iptal edildi, ışıklar söndü."),
}
ANSWERS = """
    Лавров => ru1 ru2 ru4
    Лаврова => ru1 ru2 ru4
    Лаврову => ru1 ru2 ru4
    Лавровым => ru1 ru2 ru4
    лаврове => ru1 ru2 ru4
    фидан => ru1 ru2 ru4
    Фидана => ru1 ru2 ru4
    фидану => ru1 ru2 ru4
    Фиданом => ru1 ru2 ru4
    песков => ru1 ru2 ru3
    Песков => ru1 ru2
    Пескова => ru1 ru2
    Пескову => ru1 ru2
    песков* => ru1 ru2
    песк* => ru1 ru2 ru3
    Захарова => ru3
    Захаровой => ru3
    захарову => ru3
    Эрдоган => ru4 ru5
    эрдогану => ru4 ru5
    Зеленский => ru5
    Зеленскому => ru5
    визит => ru1 ru2
    визита => ru1 ru2
    встреча Фидан => ru2
    "визит лаврова" => ru2
    "лаврова визит" =>
    Лавров -перенесен => ru1 ru4
    Лавров -Песков => ru4
    Анкара or Москва => ru1 ru4
    Анкара или Стамбул => ru1 ru5
    переговор* => ru5
    стамбул* => ru5
    лавров* => ru1 ru2 ru4
    "встречу с фидан*" => ru2
    fidan => en4 tr1
    Fidan => en4 tr1
    lavrov => en4 tr2
    lavrov fidan => en4
    lavrov or kremlin => en2 en4 tr2
    lavrov -fidan => tr2
    corridor => en1 en3
    corridors => en1 en3
    corridors* => en1 en3
    corrid* => en1 en3
    corridor -iran => en1
    "grain corridor" => en1
    "corridor grain" =>
    "foreign minister" => en2 en3
    "foreign minist*" => en2 en3
    "foreign minister" -iran => en2
    "foreign ministers" or "grain corridor" => en1 en2 en3
    visit => en1 en2 en3
    visit -cancelled => en1 en2
    visit* -cancel* => en1 en2
    ministers visit -kremlin => en1 en3
    istanbul => en1 tr1
    İSTANBUL => en1 tr1
    ISTANBUL -sokolov => tr1
    görüşme => tr1
    gorusme => tr1
    ertel* => tr1
    iptal => tr2 tr3
    iptal -zirve => tr2
    "iptal edildi" => tr3
    "iptal edil*" => tr2 tr3
    ziyaret veya zirve => tr2 tr3
    isparta => tr3
    ışıklar => tr3
    yalcinkaya => en4
    Yalçınkaya => en4
    kremlin or Песков or ertelendi => en2 ru1 ru2 tr1
    nothing of the kind =>
"""
QUERIES = [line.strip().partition(" =>") for line in ANSWERS.strip().splitlines()]


@pytest.fixture
def texts(engine: Engine) -> Iterator[Connection]:
    for number, (name, (language, title, body)) in enumerate(TEXTS.items()):
        published = NOW + timedelta(hours=number)
        store_article(
            engine, f"http://f.example/{name}", body, title=title, language=language, published=published
        )
    with engine.connect() as connection:
        yield connection


def test_every_query_has_its_answer(texts: Connection) -> None:
    search = text("SELECT url FROM wirewatch.search(:query)")
    wrong = {}
    for query, _, answer in QUERIES:
        urls = texts.scalars(search, {"query": query}).all()
        found = {url.removeprefix("http://f.example/") for url in urls}
        if found != set(answer.split()):
            wrong[query] = (sorted(found), answer.split())
    assert wrong == {}
    assert len(QUERIES) >= 60


@pytest.mark.parametrize(("query", "snippet"), [("Лаврова", "[Лавровым]"), ("фидан", "[Фиданом]")])
def test_a_name_is_marked_in_the_case_it_has_in_the_text(query: str, snippet: str, texts: Connection) -> None:
    assert any(snippet in s for s in texts.scalars(text("SELECT snippet FROM wirewatch.search(:q)"), {"q": query}))
