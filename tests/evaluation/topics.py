"""`python -m tests.evaluation topics`: which articles get a topic, against which were labelled with it.

Each article is read for meetings first, as `process` does it. Only whole topics are scored that a reader labelled everywhere; their parts were labelled nowhere.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.configuration import load_configuration
from pipeline.meetings.read.reader import MeetingReader
from pipeline.records import Article
from pipeline.topics.matcher import TopicMatcher
from tests.evaluation.meetings_data import load_records, published_at
from tests.evaluation.report import Case, EvaluationDataError, Figures, Goal, Report, data_version, facts_of_run

SLUG = "russia-turkey"  # the one topic that the data labels everywhere
FILES = ("meetings.jsonl",)
_WORDS = 500  # of the article that costs are told for
_LEAST_SECONDS = 0.5  # of measuring them


@dataclass(frozen=True, slots=True)
class _Judged:
    """One labelled text, and whether it got the topic."""

    id: str
    article: Article
    hard_negative: str
    half: str  # A or B, by a hash of the event: the misses of A were read while rules were made
    wanted: bool
    given: bool

    @property
    def language(self) -> str:
        return self.article.language

    @property
    def title(self) -> str:
        return self.article.title

    @property
    def body(self) -> str:
        return self.article.body


@dataclass(frozen=True, slots=True)
class _Tagger:
    """The reader of meetings, and the topics that use what it finds."""

    topics: TopicMatcher
    meetings: MeetingReader

    def gives(self, article: Article) -> bool:
        tags = self.topics.tag(article.title, article.body, article.language, self.meetings.read(article))
        return any(tag.topic == SLUG for tag in tags)


def evaluate(data: Path, config_dir: Path) -> Report:
    """Tag every text of meetings.jsonl in `data` by the topics of `config_dir`.

    Raises:
        EvaluationDataError: the data is missing or not in its schema.
        ConfigurationError: the rules are faulty.
    """
    started = time.monotonic()
    configuration = load_configuration(config_dir)
    matcher = configuration.topics
    tagger = _Tagger(matcher, configuration.meetings)
    records = [record for record in load_records(data / "meetings.jsonl") if _is_labelled(record)]
    texts = [_judge(tagger, record, data) for record in records]
    without_headline = [_again(tagger, text) for text in texts if text.body]
    hard = [text for text in texts if text.hard_negative and not text.wanted]
    cost_without, cost_with = _cost(matcher, texts)
    seconds = time.monotonic() - started
    return Report(
        what="Topics",
        figures=(
            _by_language(f"{SLUG}, headline and text", texts),
            _by_language(f"{SLUG}, the same without their headlines", without_headline),
            Figures(
                "Texts that only look like it",
                ("texts", "tagged"),
                ((len(hard), sum(text.given for text in hard)),),
            ),
            Figures(
                f"Milliseconds of CPU for an article of {_WORDS} words",
                ("without a tag", "with tags"),
                ((cost_without, cost_with),),
            ),
        ),
        goals=(
            Goal("precision", _share(texts, "given") or 0.0, 0.97),
            Goal("recall", _share(texts, "wanted") or 0.0, 0.95),
            Goal("hard negatives tagged", float(sum(text.given for text in hard)), 0.0, at_least=False),
            Goal("milliseconds without a tag", cost_without or 0.0, 1.0, at_least=False),
        ),
        cases=tuple(_case(text) for text in texts if text.wanted != text.given),
        facts=facts_of_run(
            datetime.now(UTC), seconds, data=data_version([data / name for name in FILES]), rules=matcher.version
        ),
    )


def _is_labelled(record: dict[str, Any]) -> bool:
    """Whether somebody decided on the topic of this text: English texts of set 2 carry no topics."""
    return record.get("set", 1) == 1 or record.get("lang") != "en"


def _judge(tagger: _Tagger, record: dict[str, Any], data: Path) -> _Judged:
    try:
        title, body = record["title"] or "", record["text"] or ""
        article = Article(title, body, published_at(record), "page", "UTC", record["lang"], 1.0)
        wanted = SLUG in record["labels"]["topics"]
    except (KeyError, TypeError, ValueError) as error:
        raise EvaluationDataError(f"{data / 'meetings.jsonl'}: {record.get('id')}: {error!r}") from error
    half = "AB"[zlib.crc32((record.get("event") or record["id"]).encode()) % 2]
    return _Judged(record["id"], article, record.get("hard_negative") or "", half, wanted, tagger.gives(article))


def _again(tagger: _Tagger, text: _Judged) -> _Judged:
    article = replace(text.article, title="")
    return replace(text, article=article, given=tagger.gives(article))


def _by_language(name: str, texts: Sequence[_Judged]) -> Figures:
    groups = {language: [t for t in texts if t.language == language] for language in ("en", "ru", "tr")}
    halves = {f"half {half}": [t for t in texts if t.half == half] for half in "AB"}
    rows = []
    for language, group in (*groups.items(), *halves.items(), ("all", list(texts))):
        precision, recall = _share(group, "given"), _share(group, "wanted")
        both = precision and recall
        rows.append(
            (
                language,
                len(group),
                sum(text.wanted for text in group),
                sum(text.given for text in group),
                precision,
                recall,
                2 * precision * recall / (precision + recall) if both and precision and recall else None,
            )
        )
    columns = ("language", "texts", "labelled", "tagged", "precision", "recall", "F1")
    return Figures(name, columns, tuple(rows))


def _share(texts: Sequence[_Judged], of: str) -> float | None:
    """The right ones among the `given` (precision) or among the `wanted` (recall)."""
    among = [text for text in texts if getattr(text, of)]
    return sum(text.wanted and text.given for text in among) / len(among) if among else None


def _case(text: _Judged) -> Case:
    expected, got = (SLUG, "nothing") if text.wanted else ("nothing", SLUG)
    return Case("miss" if text.wanted else "false hit", f"{text.id} {text.title or text.body[:80]}", expected, got)


def _cost(matcher: TopicMatcher, texts: Sequence[_Judged]) -> tuple[float | None, float | None]:
    """CPU milliseconds for an article of 500 words, made of texts that get no tag and of texts that do."""

    def measure(chosen: Sequence[_Judged]) -> float | None:
        articles = _articles(chosen)
        if not articles:
            return None
        best, until = float("inf"), time.process_time() + _LEAST_SECONDS
        while time.process_time() < until:
            started = time.process_time()
            for body, language in articles:
                matcher.tag("", body, language)
            best = min(best, time.process_time() - started)
        words = sum(len(body.split()) for body, _ in articles)
        return best * 1000 / words * _WORDS

    return measure([text for text in texts if not text.given]), measure([text for text in texts if text.given])


def _articles(texts: Sequence[_Judged]) -> list[tuple[str, str]]:
    """Texts of one language joined until there are words enough for an article, with the language."""
    articles = []
    for language in sorted({text.language for text in texts}):
        body = ""
        for text in (text for text in texts if text.language == language):
            body += f"{text.title}\n{text.body}\n"
            if len(body.split()) >= _WORDS:
                articles.append((body, language))
                body = ""
        if body:
            articles.append((body, language))
    return articles
