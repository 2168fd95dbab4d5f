"""The folder read whole, and single files of it with what they refer to."""

from __future__ import annotations

from pathlib import Path

from pipeline.configuration.alert_rules import (
    AlertVocabulary,
    known_names,
    read_alert_file,
    read_names,
    read_words,
)
from pipeline.configuration.folder import collect, read_gazetteer, read_yaml
from pipeline.configuration.languages import read_language_words, read_languages
from pipeline.configuration.mistakes import broken_selectors, unknown_entities
from pipeline.configuration.parts import Configuration, digest_of
from pipeline.configuration.strays import strays
from pipeline.errors import ConfigurationError
from pipeline.feeds.catalogue import FeedCatalogue
from pipeline.meetings.read.reader import MeetingReader
from pipeline.text.notices import NoticeRules, Notices
from pipeline.text.overrides import NO_RULES, PageRules
from pipeline.topics.matcher import TopicMatcher
from pipeline.topics.rules import TopicRules


def read_whole(config_dir: Path) -> Configuration:
    """Every part, checked: see `load_configuration`."""
    digest = digest_of(config_dir)
    problems: list[str] = strays(config_dir)
    feeds = collect(problems, read_yaml, config_dir, "feeds.yml", FeedCatalogue)
    topics = collect(problems, read_yaml, config_dir, "topics.yml", TopicRules)
    notices = collect(problems, read_yaml, config_dir, "refetch.yml", NoticeRules)
    languages = collect(problems, read_languages, config_dir)
    spoken = collect(problems, read_language_words, config_dir)
    gazetteer = collect(problems, read_gazetteer, config_dir)
    words = collect(problems, read_words, config_dir)
    names = collect(problems, read_names, config_dir) if gazetteer else None
    if feeds:
        problems.extend(broken_selectors(config_dir, feeds))
    if topics and gazetteer:
        problems.extend(unknown_entities(config_dir, topics, gazetteer))
    problems = list(dict.fromkeys(problems))  # two readers of one folder may report the same
    if problems or not (feeds and topics and notices and languages and spoken and gazetteer and words and names):
        raise ConfigurationError(problems)
    meetings = MeetingReader.build(languages, gazetteer)
    meetings.compile_all()
    return Configuration(
        config_dir,
        digest,
        {
            "language_words": spoken,
            "feeds": tuple(feeds.feeds),
            "topic_rules": topics,
            "gazetteer": gazetteer,
            "topics": TopicMatcher(topics, gazetteer.terms),
            "meetings": meetings,
            "notices": Notices(notices),
            "names": names,
            "words": words,
            "alert_file": read_alert_file(config_dir, known_names(names, topics, words)),
        },
    )


def read_page_rules(config_dir: Path, feed_key: str) -> PageRules:
    """What of a feed's pages is the article, from feeds.yml alone; no rules for a feed that has left the file.

    Raises:
        ConfigurationError: feeds.yml cannot be read.
    """
    feeds = read_yaml(config_dir, "feeds.yml", FeedCatalogue).feeds
    page = next((feed.page for feed in feeds if feed.key == feed_key), None)
    return PageRules(page.include, page.exclude) if page else NO_RULES


def read_known(config_dir: Path) -> AlertVocabulary:
    """What the names in alerts.yml are looked up in.

    Raises:
        ConfigurationError: a file of it cannot be read.
    """
    topics = read_yaml(config_dir, "topics.yml", TopicRules)
    return known_names(read_names(config_dir), topics, read_words(config_dir))


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
