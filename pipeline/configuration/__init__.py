"""The folder `config/` as one value: read whole, checked whole, every mistake of every file reported together."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.alerts.rules import AlertRules
from pipeline.configuration.folder import collect, read_gazetteer, read_yaml
from pipeline.configuration.languages import read_languages
from pipeline.configuration.mistakes import broken_selectors, unknown_entities, unknown_names
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
    alerts: AlertRules
    notices: Notices

    def page_rules(self, feed_key: str) -> PageRules:
        """What of a feed's pages is the article; no rules for a feed that has left the file."""
        return next((_rules(feed) for feed in self.feeds if feed.key == feed_key), NO_RULES)

    def find_in(self, article: Article) -> Findings:
        """Everything these rules find in an article."""
        return find_in(article, topics=self.topics, meetings=self.meetings, notices=self.notices)


def load_configuration(config_dir: Path) -> Configuration:
    """Read feeds.yml, topics.yml, alerts.yml, refetch.yml, languages/, meetings/ and gazetteer/ of a folder.

    Raises:
        ConfigurationError: with the mistakes of all files, in that order.
    """
    problems: list[str] = strays(config_dir)
    feeds = collect(problems, read_yaml, config_dir, "feeds.yml", FeedCatalogue)
    topics = collect(problems, read_yaml, config_dir, "topics.yml", TopicRules)
    alerts = collect(problems, read_yaml, config_dir, "alerts.yml", AlertRules)
    notices = collect(problems, read_yaml, config_dir, "refetch.yml", NoticeRules)
    languages = collect(problems, read_languages, config_dir)
    gazetteer = collect(problems, read_gazetteer, config_dir)
    if feeds:
        problems.extend(broken_selectors(config_dir, feeds))
    if alerts and gazetteer:
        problems.extend(unknown_names(config_dir, alerts))
    if topics and gazetteer:
        problems.extend(unknown_entities(config_dir, topics, gazetteer))
    if problems or not (feeds and topics and alerts and notices and languages and gazetteer):
        raise ConfigurationError(problems)
    return Configuration(
        feeds=tuple(feeds.feeds),
        topics=TopicMatcher(topics, gazetteer.terms),
        meetings=MeetingReader.build(languages, gazetteer),
        alerts=alerts,
        notices=Notices(notices),
    )


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
