"""The folder `config/` as one value: read whole, checked whole, every mistake of every file reported together."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.alerts.names import GazetteerNames
from pipeline.alerts.rules import AlertRules, fallback
from pipeline.alerts.words import MessageWords
from pipeline.configuration.alert_rules import (
    FILE,
    AlertVocabulary,
    alerts_text,
    parse_alerts,
    read_names,
    read_words,
)
from pipeline.configuration.folder import collect, read_gazetteer, read_yaml, shown
from pipeline.configuration.languages import read_languages
from pipeline.configuration.mistakes import broken_selectors, unknown_entities
from pipeline.configuration.strays import strays
from pipeline.errors import ConfigurationError
from pipeline.feeds.catalogue import FeedCatalogue, FeedSource
from pipeline.findings import find_in
from pipeline.meetings.read.reader import MeetingReader
from pipeline.records import Article, Findings
from pipeline.text.notices import NoticeRules, Notices
from pipeline.text.overrides import NO_RULES, PageRules
from pipeline.topics.matcher import TopicMatcher
from pipeline.topics.rules import TopicRules


@dataclass(frozen=True, slots=True)
class Configuration:
    """Everything the stages do by rule."""

    feeds: tuple[FeedSource, ...]
    topics: TopicMatcher
    meetings: MeetingReader
    alerts: AlertRules  # of the file; where it was refused, everything into the alert file: see Context.alerts
    notices: Notices
    names: GazetteerNames
    words: dict[str, MessageWords]  # of the messages, by language
    alerts_text: str | None = None  # of the file as it was read; None: these rules are of no file
    alerts_refused: tuple[str, ...] = ()  # the mistakes of the file
    refused: tuple[str, ...] = ()  # the mistakes of the folder, in whose place this last good one is in force

    def page_rules(self, feed_key: str) -> PageRules:
        """What of a feed's pages is the article; no rules for a feed that has left the file."""
        return next((_rules(feed) for feed in self.feeds if feed.key == feed_key), NO_RULES)

    def find_in(self, article: Article) -> Findings:
        """Everything these rules find in an article."""
        return find_in(article, topics=self.topics, meetings=self.meetings, notices=self.notices)


def load_configuration(config_dir: Path) -> Configuration:
    """Read the YAML files of a folder, its languages/, meetings/, messages/ and gazetteer/.

    Mistakes of alerts.yml are kept beside it (`alerts_refused`): they must not stop a stage.

    Raises:
        ConfigurationError: with the mistakes of all files, in that order.
    """
    problems: list[str] = strays(config_dir)
    feeds = collect(problems, read_yaml, config_dir, "feeds.yml", FeedCatalogue)
    topics = collect(problems, read_yaml, config_dir, "topics.yml", TopicRules)
    notices = collect(problems, read_yaml, config_dir, "refetch.yml", NoticeRules)
    languages = collect(problems, read_languages, config_dir)
    gazetteer = collect(problems, read_gazetteer, config_dir)
    words = collect(problems, read_words, config_dir)
    names = collect(problems, read_names, config_dir) if gazetteer else None
    if feeds:
        problems.extend(broken_selectors(config_dir, feeds))
    if topics and gazetteer:
        problems.extend(unknown_entities(config_dir, topics, gazetteer))
    if problems or not (feeds and topics and notices and languages and gazetteer and words and names):
        raise ConfigurationError(problems)
    known = known_names(names, topics, words)
    alerts, text, refused = _alerts(config_dir, known)
    return Configuration(
        feeds=tuple(feeds.feeds),
        topics=TopicMatcher(topics, gazetteer.terms),
        meetings=MeetingReader.build(languages, gazetteer),
        alerts=alerts,
        notices=Notices(notices),
        names=names,
        words=words,
        alerts_text=text,
        alerts_refused=refused,
    )


def read_page_rules(config_dir: Path, feed_key: str) -> PageRules:
    """What of a feed's pages is the article, from feeds.yml alone; no rules for a feed that has left the file.

    Raises:
        ConfigurationError: feeds.yml cannot be read.
    """
    feeds = read_yaml(config_dir, "feeds.yml", FeedCatalogue).feeds
    return next((_rules(feed) for feed in feeds if feed.key == feed_key), NO_RULES)


def known_names(names: GazetteerNames, topics: TopicRules, words: dict[str, MessageWords]) -> AlertVocabulary:
    """What the names in alerts.yml are looked up in."""
    return AlertVocabulary(names, frozenset(topic.slug for topic in topics.topics), frozenset(words))


def read_known(config_dir: Path) -> AlertVocabulary:
    """The same, read from the folder.

    Raises:
        ConfigurationError: a file of it cannot be read.
    """
    topics = read_yaml(config_dir, "topics.yml", TopicRules)
    return known_names(read_names(config_dir), topics, read_words(config_dir))


def _alerts(config_dir: Path, known: AlertVocabulary) -> tuple[AlertRules, str, tuple[str, ...]]:
    """The rules, the text they were read from, and what is wrong with it."""
    try:
        text = alerts_text(config_dir)
    except ConfigurationError as error:
        return fallback(), "", tuple(error.problems)
    try:
        return parse_alerts(text, known, name=shown(config_dir, FILE)), text, ()
    except ConfigurationError as error:
        return fallback(), text, tuple(error.problems)


def read_topics(config_dir: Path) -> TopicMatcher:
    """The topics of topics.yml, with the names the gazetteer has for their entities.

    Raises:
        ConfigurationError: with all mistakes of the file; with those of the gazetteer where it cannot be read.
    """
    rules = read_yaml(config_dir, "topics.yml", TopicRules)
    gazetteer = read_gazetteer(config_dir)
    problems = unknown_entities(config_dir, rules, gazetteer)
    if problems:
        raise ConfigurationError(problems)
    return TopicMatcher(rules, gazetteer.terms)


def _rules(feed: FeedSource) -> PageRules:
    return PageRules(feed.page.include, feed.page.exclude)
