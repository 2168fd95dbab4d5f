"""Pages and copies in Ukrainian: their words are rows of a folder, no code knows them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline.dedupe.markers import MarkKind, find_markers
from pipeline.dedupe.origin import find_origins
from pipeline.dedupe.words import Fact, decode, encode, fact_of, read_words
from pipeline.records import PageHints
from pipeline.text.dateline import updated_line
from pipeline.text.extract import extract_article
from pipeline.text.phrases import is_furniture_line, opens_furniture
from pipeline.text.reader_words import heads_readers, is_comment_stamp, is_reply_control

TOLD = (
    "Міністри закордонних справ зустрінуться у п'ятницю в Осло, щоб обговорити торгівлю рибою та безпеку на морі.",
    "Про це повідомила речниця міністерства на брифінгу, який тривав понад годину і зібрав багато журналістів.",
    "Наступна зустріч запланована на осінь, проте її місце сторони поки що не назвали, зазначили в міністерстві.",
)
PAGE = f"""<html lang="uk"><head><title>Міністри зустрінуться в Осло</title></head><body><article>
<h1>Міністри зустрінуться в Осло</h1><div class="meta">Опубліковано: 12 березня 2031, 14:05</div>
<p>{TOLD[0]}</p><p>{TOLD[1]}</p><p><a href="/other">Читайте також: Рибалки чекають на новий договір</a></p><p>{TOLD[2]}</p>
<p>Підпишіться на наш канал, щоб нічого не пропустити</p></article>
<section><h3>Коментарі (2)</h3><div><p>Нарешті вони домовляться, бо чекати більше не можна ані дня</p></div></section>
</body></html>"""


def test_a_page_is_cleaned_and_dated() -> None:
    hints = PageHints(
        url="https://visti.example/1", zone="Europe/Kyiv", fetched_at=datetime(2031, 3, 13, tzinfo=UTC)
    )
    article = extract_article(PAGE.encode(), content_type="text/html; charset=utf-8", hints=hints)
    assert tuple(article.body.split("\n")) == TOLD
    assert article.published_at == datetime(2031, 3, 12, 12, 5, tzinfo=UTC)
    assert article.language == "uk"


@pytest.mark.parametrize(
    ("says", "line"),
    [
        (opens_furniture, "Останні новини"),
        (is_furniture_line, "Усі права захищено. Передрук заборонено"),
        (heads_readers, "Думки наших читачів"),
        (is_reply_control, "Відповісти"),
        (is_comment_stamp, "Оленка_77 · 5 хвилин тому"),
    ],
)
def test_lines_around_a_text(says, line: str) -> None:
    assert says(line)
    assert not says("Сторони домовилися продовжити переговори в Осло наступного тижня.")


def test_the_time_of_an_update() -> None:
    published = datetime(2031, 3, 12, 8, 0, tzinfo=UTC)
    assert updated_line("Оновлено: 14:05", published=published, zone="Europe/Kyiv") == datetime(
        2031, 3, 12, 12, 5, tzinfo=UTC
    )


def test_where_a_copy_comes_from() -> None:
    body = "КИЇВ. 12 березня. УНН. Зустріч перенесено, повідомляє Укрінформ. Нову дату не назвали."
    assert ("Ukrinform", "credited") in {(origin.agency, origin.role) for origin in find_origins("Зустріч", body)}
    (marker,) = find_markers("ВИПРАВЛЕНО: Зустріч перенесено", body)
    assert marker.mark == MarkKind.CORRECTION


def test_words_that_state_a_fact() -> None:
    codes = decode(encode([read_words("тут зустріч не перенесено на 12 березня")]))
    assert [fact_of(int(code)) for code in codes] == [
        Fact.PLAIN, Fact.PLAIN, Fact.NEGATION, Fact.STATUS, Fact.PLAIN, Fact.NUMBER, Fact.MONTH,
    ]  # fmt: skip
