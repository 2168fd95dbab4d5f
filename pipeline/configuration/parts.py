"""Everything the stages do by rule, each part read when it is first asked for.

Reading the words of all languages takes longer than a round of most stages, which need none of them: so a part is
imported here where it is read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from pipeline.errors import ConfigurationError
from pipeline.language.words import WordTables, make_ready, put_in_force, read_words

if TYPE_CHECKING:
    from pipeline.alerts.names import GazetteerNames
    from pipeline.alerts.rules import AlertRules
    from pipeline.alerts.words import MessageWords
    from pipeline.configuration.alert_rules import AlertFile, AlertVocabulary
    from pipeline.feeds.catalogue import FeedSource
    from pipeline.meetings.change_words import ChangeWords
    from pipeline.meetings.read.reader import MeetingReader
    from pipeline.meetings.who.gazetteer import Gazetteer
    from pipeline.records import Article, Findings
    from pipeline.text.notices import Notices
    from pipeline.text.overrides import PageRules
    from pipeline.topics.matcher import TopicMatcher
    from pipeline.topics.rules import TopicRules

T = TypeVar("T")


class Part(Generic[T]):
    """A part of a configuration: as given, else as its method reads it when it is first asked for."""

    def __init__(self, read: Callable[[Any], T]) -> None:
        self._read = read
        self.__doc__ = read.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, of: Configuration | None, owner: type | None = None) -> T:
        """It, kept with the configuration from now on.

        Raises:
            ConfigurationError: the folder was changed since it was checked.
        """
        if of is None:
            return cast("T", self)
        found = cast("T", of.given[self._name]) if self._name in of.given else self._read_of(of)
        vars(of)[self._name] = found  # looked up before this descriptor
        return found

    def _read_of(self, of: Configuration) -> T:
        found = self._read(of)
        if digest_of(of.folder) != of.digest:
            raise ConfigurationError([f"{of.folder.name}/ was changed while it was read: run this again"])
        return found


@dataclass(frozen=True)
class Configuration:
    """The rules of a folder that was checked. Parts that are not `given` are read from it when first asked for.

    `refused` lists the mistakes of the folder in whose place this last good one is in force.
    """

    folder: Path
    digest: str  # of the folder when it was checked: a part that is read later must be of the same files
    given: Mapping[str, Any] = field(default_factory=dict)
    refused: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Put the words of its languages in force: pages and copies are read with them in this whole process."""
        put_in_force(self.language_words)

    def __reduce__(self) -> tuple[Any, ...]:
        """Without the parts read so far, save the words in force: another process reads those it needs."""
        return type(self), (self.folder, self.digest, self._with_words(self.given), self.refused)

    def with_parts(self, **given: Any) -> Configuration:
        """The same with other parts: the demo's feeds and alert rules."""
        return replace(self, given=self._with_words({**self.given, **given}))

    def prepare(self) -> None:
        """Read and compile what is needed to read pages, for the processes that are forked from this one.

        Raises:
            ConfigurationError: the folder is no longer the one that was checked.
        """
        self.meetings.compile_all()
        make_ready()
        _ = self.topics, self.notices, self.feeds

    def settled(self) -> Configuration:
        """With every part read: for a process that may outlive the folder as it is now.

        Raises:
            ConfigurationError: the folder is no longer the one that was checked.
        """
        return self.with_parts(**{name: getattr(self, name) for name in PARTS})

    @Part
    def language_words(self) -> WordTables:
        """Of pages.csv, copies.csv and people.csv in languages/."""
        return read_words(self.folder / "languages")

    @Part
    def feeds(self) -> tuple[FeedSource, ...]:
        """Of feeds.yml."""
        from pipeline.configuration.folder import read_yaml
        from pipeline.feeds.catalogue import FeedCatalogue

        return tuple(read_yaml(self.folder, "feeds.yml", FeedCatalogue).feeds)

    @Part
    def topic_rules(self) -> TopicRules:
        """Of topics.yml."""
        from pipeline.configuration.folder import read_yaml
        from pipeline.topics.rules import TopicRules

        return read_yaml(self.folder, "topics.yml", TopicRules)

    @Part
    def gazetteer(self) -> Gazetteer:
        """Of gazetteer/ and the names in languages/."""
        from pipeline.configuration.folder import read_gazetteer

        return read_gazetteer(self.folder)

    @Part
    def topics(self) -> TopicMatcher:
        """Tags an article with topics."""
        from pipeline.topics.matcher import TopicMatcher

        return TopicMatcher(self.topic_rules, self.gazetteer.terms)

    @Part
    def meetings(self) -> MeetingReader:
        """Reads the meetings of an article."""
        from pipeline.configuration.languages import read_languages
        from pipeline.meetings.read.reader import MeetingReader

        return MeetingReader.build(read_languages(self.folder, checked=True), self.gazetteer)

    @Part
    def change_words(self) -> ChangeWords:
        """Tells which headlines look like a change of plan."""
        from pipeline.configuration.languages import read_words_of_change

        return read_words_of_change(self.folder)

    @Part
    def notices(self) -> Notices:
        """Of refetch.yml."""
        from pipeline.configuration.folder import read_yaml
        from pipeline.text.notices import NoticeRules, Notices

        return Notices(read_yaml(self.folder, "refetch.yml", NoticeRules))

    @Part
    def names(self) -> GazetteerNames:
        """Names of the gazetteer, for messages."""
        from pipeline.configuration.alert_rules import read_names

        return read_names(self.folder)

    @Part
    def words(self) -> dict[str, MessageWords]:
        """Of the messages, by language."""
        from pipeline.configuration.alert_rules import read_words

        return read_words(self.folder)

    @Part
    def alert_file(self) -> AlertFile:
        """alerts.yml, and what is wrong with it."""
        from pipeline.configuration.alert_rules import read_alert_file

        return read_alert_file(self.folder, self.vocabulary)

    @property
    def alerts(self) -> AlertRules:
        """Of alerts.yml; where it was refused, everything goes into the alert file: see Context.alerts."""
        return self.alert_file.rules

    @property
    def vocabulary(self) -> AlertVocabulary:
        """What the names in alerts.yml are looked up in."""
        from pipeline.configuration.alert_rules import known_names

        return known_names(self.names, self.topic_rules, self.words)

    def page_rules(self, feed_key: str) -> PageRules:
        """What of a feed's pages is the article; no rules for a feed that has left the file."""
        from pipeline.text.overrides import NO_RULES, PageRules

        found = next((feed.page for feed in self.feeds if feed.key == feed_key), None)
        return PageRules(found.include, found.exclude) if found else NO_RULES

    def find_in(self, article: Article) -> Findings:
        """Everything these rules find in an article."""
        from pipeline.findings import find_in

        return find_in(article, topics=self.topics, meetings=self.meetings, notices=self.notices)

    def _with_words(self, given: Mapping[str, Any]) -> dict[str, Any]:
        return {"language_words": self.language_words, **given}


PARTS = tuple(name for name, value in vars(Configuration).items() if isinstance(value, Part))


def files_of(folder: Path) -> Iterator[Path]:
    """What is read of a folder: no hidden files, no editor's copies."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in (".yml", ".yaml", ".csv") and not path.name.startswith("."):
            yield path


def digest_of(folder: Path) -> str:
    """A hash of the names and contents of these files, in hex."""
    found = hashlib.sha256(folder.resolve().name.encode())
    for path in files_of(folder):
        content = path.read_bytes()
        found.update(f"\0{path.relative_to(folder)}\0{len(content)}\0".encode() + content)
    return found.hexdigest()
