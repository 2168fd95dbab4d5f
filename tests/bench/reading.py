"""CPU of topics and meetings per 500 words, by language, and of a text without a full stop by its length."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from pipeline.configuration import Configuration
from pipeline.records import Article
from tests.evaluation.meetings_data import load_texts
from tests.evaluation.report import Figures, Goal, Report, facts_of_run

_WORDS = 500
_SHORTEST, _SHORTEST_LEAD = 200, 60  # words of an article, and of a lead, that is measured
_MOST = 60  # articles of a kind
_ROUNDS = 5  # the fastest counts: other work on the machine only adds
_PUBLISHED = datetime(2025, 10, 6, 9, tzinfo=UTC)
_ENDLESS = {
    "en": "the talks of Turkey and Russia in Oslo that the minister and the president would hold on 14 October ",
    "ru": "переговоры России и Турции в Осло которые министр и президент проведут 14 октября ",
    "tr": "Türkiye ile Rusya arasında bakanların ve liderlerin 14 Ekim tarihinde Oslo'da yapacağı görüşmeler ",
}
_CHARACTERS = (10_000, 20_000)


def bench(data: Path, configuration: Configuration) -> Report:
    """Read articles of the labelled data and texts made up here; milliseconds of CPU, best of five rounds."""
    began = time.monotonic()
    kinds = {"about a meeting": _labelled(data), **_news(data, configuration)}
    rows: list[tuple[str | int | float, ...]] = []
    goals = []
    for language in sorted(_ENDLESS):
        for kind, articles in kinds.items():
            own = [article for article in articles if article.language == language][:_MOST]
            taken = _per_500_words(own, configuration)
            rows.append((language, kind, len(own), taken))
            wanted = 1 if kind == "without a trigger" else 8
            goals.append(Goal(f"ms per 500 words, {language}, {kind}", taken, wanted, at_least=False))
    endless: list[tuple[str | float, ...]] = []
    for language in sorted(_ENDLESS):
        short, long = (_endless(language, size, configuration) for size in _CHARACTERS)
        endless.append((language, short, long))
        goals.append(Goal(f"ms of 10 KB without a full stop, {language}", short, 50, at_least=False))
    sizes = tuple(f"{size:,} characters" for size in _CHARACTERS)
    return Report(
        what="Topics and meetings of an article",
        figures=(
            Figures("CPU, ms per 500 words", ("language", "articles", "measured", "ms"), tuple(rows)),
            Figures("CPU of a text without a full stop, ms", ("language", *sizes), tuple(endless)),
        ),
        goals=tuple(goals),
        facts=facts_of_run(datetime.now(UTC), time.monotonic() - began),
    )


def _labelled(data: Path) -> list[Article]:
    """Texts labelled with meetings: mostly leads, in which every sentence tells of one."""
    articles = (text.article for text in load_texts(data)[0])
    return [article for article in articles if len(article.body.split()) >= _SHORTEST_LEAD]


def _news(data: Path, configuration: Configuration) -> dict[str, list[Article]]:
    """Long texts of any news, by whether they have a word of meetings; without one, shorter ones, too."""
    kinds: dict[str, list[Article]] = {"with a trigger": [], "without a trigger": []}
    for path in (data / "pairs" / "texts.jsonl", data / "wire.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            article = _article(record["title"] or "", record["text"], record["lang"])
            length, triggered = len(article.body.split()), configuration.meetings.is_triggered(article)
            if length >= (_SHORTEST if triggered else _SHORTEST_LEAD):
                kinds["with a trigger" if triggered else "without a trigger"].append(article)
    return kinds


def _article(title: str, body: str, language: str) -> Article:
    return Article(title, body, _PUBLISHED, "json_ld", "UTC", language, 1.0)


def _read(articles: Iterable[Article], configuration: Configuration) -> float:
    """CPU milliseconds of one round."""
    began = time.process_time()
    for article in articles:
        configuration.topics.tag(article.title, article.body, article.language)
        configuration.meetings.read(article)
    return (time.process_time() - began) * 1000


def _per_500_words(articles: list[Article], configuration: Configuration) -> float:
    words = sum(len(f"{article.title} {article.body}".split()) for article in articles)
    best = min(_read(articles, configuration) for _ in range(_ROUNDS))
    return round(best / max(words, 1) * _WORDS, 2)


def _endless(language: str, size: int, configuration: Configuration) -> float:
    text = _ENDLESS[language] * (size // len(_ENDLESS[language]) + 1)
    article = _article("", text[:size], language)
    return round(min(_read([article], configuration) for _ in range(_ROUNDS)), 1)
