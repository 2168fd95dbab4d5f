"""The check of the folder file by file: how much is in each, or what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from pipeline.alerts.rules import AlertRules
from pipeline.configuration.alert_rules import (
    FILE,
    AlertVocabulary,
    alerts_text,
    parse_alerts,
    read_names,
    read_words,
)
from pipeline.configuration.folder import (
    GAZETTEER,
    collect,
    read_gazetteer,
    read_table,
    read_yaml,
    shown,
)
from pipeline.configuration.language_tables import FOLDER, count_uses, wrong_words
from pipeline.configuration.languages import count_words, language_codes, page_languages, read_language
from pipeline.configuration.mistakes import broken_selectors, unknown_entities
from pipeline.configuration.strays import strays
from pipeline.errors import ConfigurationError
from pipeline.feeds.catalogue import FeedCatalogue
from pipeline.meetings.read.examples import counted_examples, wrong_examples
from pipeline.meetings.read.reader import MeetingReader
from pipeline.meetings.who.gazetteer import Gazetteer
from pipeline.text.notices import NoticeRules
from pipeline.topics.matcher import TopicMatcher
from pipeline.topics.rules import TopicRules
from pipeline.yaml_file import line_of, parse

# What the columns of examples of verbs.csv promise.
_EXPECTED = {"match": "this verb to tell of a meeting", "must_not": "this verb to tell of no meeting"}


@dataclass(frozen=True, slots=True)
class FileReport:
    """What the check of one file found: how much is in it, or what is wrong."""

    name: str
    counts: str
    problems: tuple[str, ...] = ()


def check_configuration(config_dir: Path) -> list[FileReport]:
    """Read every file, try the examples of topics and verbs, and report file by file. Raises nothing."""
    readers: dict[str, Callable[[], str]] = {
        "feeds.yml": lambda: _check_feeds(config_dir),
        "topics.yml": lambda: _try_topics(config_dir),
        "alerts.yml": lambda: _check_alerts(config_dir),
        "messages": lambda: _count_words(config_dir),
        "refetch.yml": lambda: _count_notices(read_yaml(config_dir, "refetch.yml", NoticeRules)),
        **_language_readers(config_dir),
        "gazetteer": lambda: _count_rows(config_dir),
    }
    unread = strays(config_dir)
    reports = [FileReport(shown(config_dir, "*"), "", tuple(unread))] if unread else []
    for name, read in readers.items():
        problems: list[str] = []
        counts = collect(problems, read)
        reports.append(FileReport(shown(config_dir, name), counts or "", tuple(problems)))
    return reports


def _check_feeds(config_dir: Path) -> str:
    catalogue = read_yaml(config_dir, "feeds.yml", FeedCatalogue)
    if problems := broken_selectors(config_dir, catalogue):
        raise ConfigurationError(problems)
    return _count_feeds(catalogue)


def _count_feeds(catalogue: FeedCatalogue) -> str:
    return f"{len(catalogue.feeds)} feeds, {sum(feed.enabled for feed in catalogue.feeds)} enabled"


def _try_topics(config_dir: Path) -> str:
    rules = read_yaml(config_dir, "topics.yml", TopicRules)
    size = f"{len(rules.topics)} topics, {len(rules.groups)} groups"
    try:
        gazetteer = read_gazetteer(config_dir)
    except ConfigurationError:
        return f"{size}, examples not tried"  # the gazetteer cannot be read: it says so itself
    problems = unknown_entities(config_dir, rules, gazetteer) or _failing_examples(config_dir, rules, gazetteer)
    if problems:
        raise ConfigurationError(problems)
    examples = sum(len(t.examples.match) + len(t.examples.must_not_match) for t in rules.topics)
    return f"{size}, {examples} examples tried"


def _failing_examples(config_dir: Path, rules: TopicRules, gazetteer: Gazetteer) -> list[str]:
    path = config_dir / "topics.yml"
    problems = []
    for slug, kind, index, example in TopicMatcher(rules, gazetteer.terms).failing_examples():
        number = next(number for number, topic in enumerate(rules.topics) if topic.slug == slug)
        line = line_of(path, ("topics", number, "examples", kind, index))
        verb = "to get" if kind == "match" else "not to get"
        text = (example.title or example.body)[:60]
        where = f"{shown(config_dir, 'topics.yml')}:{line}: {slug}"
        problems.append(f"{where}: expected this example {verb} the topic ({text!r})")
    return problems


def _check_alerts(config_dir: Path) -> str:
    try:
        topics = frozenset(topic.slug for topic in read_yaml(config_dir, "topics.yml", TopicRules).topics)
        known = AlertVocabulary(read_names(config_dir), topics, frozenset(read_words(config_dir)))
    except ConfigurationError:
        parse(alerts_text(config_dir), AlertRules, name=shown(config_dir, FILE))
        return "names not looked up"  # the file that cannot be read says so itself
    rules = parse_alerts(alerts_text(config_dir), known, name=shown(config_dir, FILE))
    return f"{len(rules.channels)} channels, {len(rules.all_watches)} watches"


def _count_words(config_dir: Path) -> str:
    return f"words of the messages in {', '.join(sorted(read_words(config_dir)))}"


def _count_notices(rules: NoticeRules) -> str:
    languages = sorted({*rules.developing, *rules.clock})
    return f"{sum(map(len, rules.developing.values()))} notices that more will come, in {', '.join(languages)}"


def _language_readers(config_dir: Path) -> dict[str, Callable[[], str]]:
    try:
        codes = language_codes(config_dir)
    except ConfigurationError:
        return {FOLDER: lambda: str(language_codes(config_dir))}  # says what is wrong with the folder itself
    gazetteer = cache(lambda: read_gazetteer(config_dir))
    return {
        **{f"{FOLDER}/{code}": partial(_try_verbs, config_dir, code, gazetteer) for code in codes},
        **{
            f"{FOLDER}/{code}": partial(_check_pages_alone, config_dir, code)
            for code in page_languages(config_dir)
        },
    }


def _check_pages_alone(config_dir: Path, code: str) -> str:
    if problems := wrong_words(config_dir, code):
        raise ConfigurationError(problems)
    return count_uses(config_dir, code)


def _try_verbs(config_dir: Path, code: str, gazetteer: Callable[[], Gazetteer]) -> str:
    problems: list[str] = []
    language = collect(problems, read_language, config_dir, code)
    problems += wrong_words(config_dir, code)
    if problems or language is None:
        raise ConfigurationError(problems)
    size = count_words(language)
    try:
        reader = MeetingReader.build({code: language}, gazetteer())
    except ConfigurationError:
        return f"{size}, examples not tried"  # the gazetteer cannot be read: it says so itself
    wrong = [
        f"{shown(config_dir, f'{FOLDER}/{code}/verbs.csv')}:{one.line}: {one.verb}: "
        f"expected {_EXPECTED[one.column]} in this example ({one.text!r})"
        for one in wrong_examples(reader, code, language)
    ]
    if wrong:
        raise ConfigurationError(wrong)
    return f"{size}, {counted_examples(language)} examples tried"


def _count_rows(config_dir: Path) -> str:
    read_gazetteer(config_dir)
    return ", ".join(f"{len(read_table(config_dir, name))} {name}" for name in GAZETTEER)
