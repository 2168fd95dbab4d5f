"""The folder `config/` as one value: read whole, checked whole, every mistake of every file reported together."""

from __future__ import annotations

import csv
import difflib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from pipeline.alerts.rules import AlertRules
from pipeline.errors import ConfigurationError
from pipeline.feeds.catalogue import FeedCatalogue, FeedSource
from pipeline.meetings.gazetteer import Gazetteer
from pipeline.meetings.lexicon import Lexicon
from pipeline.meetings.reader import MeetingReader
from pipeline.text.notices import NoticeRules, Notices
from pipeline.text.overrides import NO_RULES, PageRules, check_selector
from pipeline.topics.matcher import TopicMatcher
from pipeline.topics.rules import TopicRules
from pipeline.yaml_file import line_of, load

LEXICONS = ("meetings/en.yml", "meetings/ru.yml", "meetings/tr.yml")
GAZETTEER = ("countries", "cities", "offices", "people", "holders")

# Schemas for editors, by the name of their file in config/schema
SCHEMAS: dict[str, type[BaseModel]] = {
    "feeds": FeedCatalogue,
    "topics": TopicRules,
    "alerts": AlertRules,
    "meetings": Lexicon,
    "rereading": NoticeRules,
}

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)
Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Configuration:
    """Everything the stages do by rule."""

    feeds: tuple[FeedSource, ...]
    topics: TopicMatcher
    meetings: MeetingReader
    alerts: AlertRules
    notices: Notices

    def page_rules(self, feed_key: str) -> PageRules:
        """What of a feed's pages is the article; no rules for a feed that has left the file."""
        return next((_rules(feed) for feed in self.feeds if feed.key == feed_key), NO_RULES)


@dataclass(frozen=True, slots=True)
class FileReport:
    """What the check of one file found: how much is in it, or what is wrong."""

    name: str
    counts: str
    problems: tuple[str, ...] = ()


def load_configuration(config_dir: Path) -> Configuration:
    """Read feeds.yml, topics.yml, alerts.yml, rereading.yml, meetings/ and gazetteer/ of a folder.

    Raises:
        ConfigurationError: with the mistakes of all files, in that order.
    """
    problems: list[str] = []
    feeds = _collect(problems, read_yaml, config_dir, "feeds.yml", FeedCatalogue)
    topics = _collect(problems, read_yaml, config_dir, "topics.yml", TopicRules)
    alerts = _collect(problems, read_yaml, config_dir, "alerts.yml", AlertRules)
    notices = _collect(problems, read_yaml, config_dir, "rereading.yml", NoticeRules)
    lexicons = [_collect(problems, read_lexicon, config_dir, name) for name in LEXICONS]
    gazetteer = _collect(problems, read_gazetteer, config_dir)
    if feeds:
        problems.extend(_broken_selectors(config_dir, feeds))
    if alerts and gazetteer:
        problems.extend(_unknown_names(config_dir, alerts))
    if topics and gazetteer:
        problems.extend(_unknown_entities(config_dir, topics, gazetteer))
    if problems or not (feeds and topics and alerts and notices and gazetteer):
        raise ConfigurationError(problems)
    return Configuration(
        feeds=tuple(feeds.feeds),
        topics=TopicMatcher(topics, gazetteer.terms),
        meetings=MeetingReader.build({lexicon.language: lexicon for lexicon in lexicons if lexicon}, gazetteer),
        alerts=alerts,
        notices=Notices(notices),
    )


def check_configuration(config_dir: Path) -> list[FileReport]:
    """Read every file, try the examples of the topics, and report file by file. Raises nothing."""
    readers: dict[str, Callable[[], str]] = {
        "feeds.yml": lambda: _check_feeds(config_dir),
        "topics.yml": lambda: _try_topics(config_dir),
        "alerts.yml": lambda: _check_alerts(config_dir),
        "rereading.yml": lambda: _count_notices(read_yaml(config_dir, "rereading.yml", NoticeRules)),
        **{name: partial(_count_cues, config_dir, name) for name in LEXICONS},
        "gazetteer": lambda: _count_rows(config_dir),
    }
    reports = []
    for name, read in readers.items():
        problems: list[str] = []
        counts = _collect(problems, read)
        reports.append(FileReport(_shown(config_dir, name), counts or "", tuple(problems)))
    return reports


def json_schemas() -> dict[str, dict[str, Any]]:
    """JSON Schemas (draft 2020-12) of the YAML files, by name."""
    draft = "https://json-schema.org/draft/2020-12/schema"
    return {name: {"$schema": draft, **model.model_json_schema()} for name, model in SCHEMAS.items()}


def read_yaml(config_dir: Path, name: str, model: type[M]) -> M:
    """One YAML file of the folder. Messages name it from the folder on: ``config/feeds.yml:12: …``.

    Raises:
        ConfigurationError: with all its mistakes.
    """
    folder = config_dir.resolve()
    return load(folder / name, model, root=folder.parent)


def read_lexicon(config_dir: Path, name: str) -> Lexicon:
    """One file of meetings/, which must hold the language it is named after.

    Raises:
        ConfigurationError: with all its mistakes.
    """
    lexicon = read_yaml(config_dir, name, Lexicon)
    language = Path(name).stem
    if lexicon.language != language:
        place = f"{_shown(config_dir, name)}:{line_of(config_dir / name, ('language',))}"
        raise ConfigurationError([f"{place}: language: expected {language} (got {lexicon.language!r})"])
    return lexicon


def read_gazetteer(config_dir: Path) -> Gazetteer:
    """The tables of gazetteer/.

    Raises:
        ConfigurationError: with the mistakes of all of them.
    """
    problems: list[str] = []
    tables = [_collect(problems, _rows, config_dir, name) for name in GAZETTEER]
    if problems:
        raise ConfigurationError(problems)
    return Gazetteer.from_rows(*(table or [] for table in tables))


def _collect(problems: list[str], read: Callable[..., T], *arguments: object) -> T | None:
    """What `read` gives, or None after adding its mistakes to `problems`."""
    try:
        return read(*arguments)
    except ConfigurationError as error:
        problems.extend(error.problems)
        return None


def _rows(config_dir: Path, table: str) -> list[Row]:
    name = _shown(config_dir, f"gazetteer/{table}.csv")
    try:
        with (config_dir / "gazetteer" / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
            return _checked_rows(csv.reader(file, strict=True), name)
    except OSError as error:
        message = f"{name}:1: expected a readable file ({error.strerror or error})"
        raise ConfigurationError([message]) from error
    except UnicodeDecodeError as error:
        raise ConfigurationError([f"{name}:1: expected UTF-8 text"]) from error
    except csv.Error as error:
        raise ConfigurationError([f"{name}:1: expected a CSV file: {error}"]) from error


def _checked_rows(lines: Iterable[list[str]], name: str) -> list[Row]:
    header: list[str] = []
    rows = []
    problems = []
    for number, cells in enumerate(lines, start=1):
        if number == 1:
            header = cells
        elif len(cells) != len(header):
            problems.append(f"{name}:{number}: expected {len(header)} cells (got {len(cells)})")
        else:
            rows.append(dict(zip(header, cells, strict=True)))
    if not rows and not problems:
        problems.append(f"{name}:1: expected a header and rows (got an empty table)")
    if problems:
        raise ConfigurationError(problems)
    return rows


def _unknown_names(config_dir: Path, alerts: AlertRules) -> list[str]:
    """People and countries that alert rules name and the gazetteer does not know: such a rule never applies."""
    known = {
        "people": {row.get("person", "") for row in _rows(config_dir, "people")},
        "countries": {row.get("code", "") for row in _rows(config_dir, "countries")},
    }
    named = [
        (("rules", number, field, place), name, known[field])
        for number, rule in enumerate(alerts.rules)
        for field, names in (("people", rule.people), ("countries", rule.countries))
        for place, name in enumerate(names)
    ]
    problems = []
    for loc, name, names_there in named:
        if name not in names_there:
            line = line_of(config_dir / "alerts.yml", loc)
            close = difflib.get_close_matches(name, sorted(names_there), n=1)
            hint = f", did you mean {close[0]}?" if close else ""
            where = f"{_shown(config_dir, 'alerts.yml')}:{line}: rules[{loc[1]}].{loc[2]}[{loc[3]}]"
            problems.append(f"{where}: expected a name of the gazetteer{hint} (got {name!r})")
    return problems


def _rules(feed: FeedSource) -> PageRules:
    return PageRules(feed.page.include, feed.page.exclude)


def _broken_selectors(config_dir: Path, catalogue: FeedCatalogue) -> list[str]:
    """Selectors that are neither XPath nor CSS."""
    problems = []
    for number, feed in enumerate(catalogue.feeds):
        for field, selectors in (("include", feed.page.include), ("exclude", feed.page.exclude)):
            for place, selector in enumerate(selectors):
                try:
                    check_selector(selector)
                except ValueError as error:
                    line = line_of(config_dir / "feeds.yml", ("feeds", number, "page", field, place))
                    where = f"{_shown(config_dir, 'feeds.yml')}:{line}: feeds[{number}].page.{field}[{place}]"
                    problems.append(f"{where}: {error} (got {selector!r})")
    return problems


def _check_feeds(config_dir: Path) -> str:
    catalogue = read_yaml(config_dir, "feeds.yml", FeedCatalogue)
    if problems := _broken_selectors(config_dir, catalogue):
        raise ConfigurationError(problems)
    return _count_feeds(catalogue)


def _count_feeds(catalogue: FeedCatalogue) -> str:
    return f"{len(catalogue.feeds)} feeds, {sum(feed.enabled for feed in catalogue.feeds)} enabled"


def read_topics(config_dir: Path) -> TopicMatcher:
    """The topics of topics.yml, with the names the gazetteer has for their entities.

    Raises:
        ConfigurationError: with all mistakes of the file; with those of the gazetteer where it cannot be read.
    """
    rules = read_yaml(config_dir, "topics.yml", TopicRules)
    gazetteer = read_gazetteer(config_dir)
    problems = _unknown_entities(config_dir, rules, gazetteer)
    if problems:
        raise ConfigurationError(problems)
    return TopicMatcher(rules, gazetteer.terms)


def _unknown_entities(config_dir: Path, rules: TopicRules, gazetteer: Gazetteer) -> list[str]:
    """Entities that topics name and the gazetteer has no name for: such a group never matches."""
    problems = []
    for name, group in rules.groups.items():
        for place, entity in enumerate(group.entities):
            if entity not in gazetteer.terms:
                line = line_of(config_dir / "topics.yml", ("groups", name, "entities", place))
                close = difflib.get_close_matches(entity, sorted(gazetteer.terms), n=1)
                hint = f", did you mean {close[0]}?" if close else ""
                where = f"{_shown(config_dir, 'topics.yml')}:{line}: groups.{name}.entities[{place}]"
                problems.append(f"{where}: expected an entity the gazetteer has names for{hint} (got {entity!r})")
    return problems


def _try_topics(config_dir: Path) -> str:
    rules = read_yaml(config_dir, "topics.yml", TopicRules)
    path = config_dir / "topics.yml"
    problems = []
    for slug, kind, index, example in read_topics(config_dir).failing_examples():
        number = next(number for number, topic in enumerate(rules.topics) if topic.slug == slug)
        line = line_of(path, ("topics", number, "examples", kind, index))
        verb = "to get" if kind == "match" else "not to get"
        text = (example.title or example.body)[:60]
        where = f"{_shown(config_dir, 'topics.yml')}:{line}: {slug}"
        problems.append(f"{where}: expected this example {verb} the topic ({text!r})")
    if problems:
        raise ConfigurationError(problems)
    examples = sum(len(t.examples.match) + len(t.examples.must_not_match) for t in rules.topics)
    return f"{len(rules.topics)} topics, {len(rules.groups)} groups, {examples} examples tried"


def _check_alerts(config_dir: Path) -> str:
    alerts = read_yaml(config_dir, "alerts.yml", AlertRules)
    try:
        problems = _unknown_names(config_dir, alerts)
    except ConfigurationError:
        problems = []  # the gazetteer cannot be read: it says so itself
    if problems:
        raise ConfigurationError(problems)
    return f"{len(alerts.channels)} channels, {len(alerts.rules)} rules"


def _count_notices(rules: NoticeRules) -> str:
    languages = sorted({*rules.developing, *rules.clock})
    return f"{sum(map(len, rules.developing.values()))} notices that more will come, in {', '.join(languages)}"


def _count_cues(config_dir: Path, name: str) -> str:
    lexicon = read_lexicon(config_dir, name)
    return f"{len(lexicon.cues)} cues, {len(lexicon.dates.rules)} ways to write a date"


def _count_rows(config_dir: Path) -> str:
    read_gazetteer(config_dir)
    return ", ".join(f"{len(_rows(config_dir, name))} {name}" for name in GAZETTEER)


def _shown(config_dir: Path, name: str) -> str:
    return f"{config_dir.resolve().name}/{name}"
