"""config/alerts.yml: read by itself, with the names in it looked up. Its mistakes stop nothing else."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.alerts.names import GazetteerNames
from pipeline.alerts.rules import AlertRules, fallback
from pipeline.alerts.watches import Watch
from pipeline.alerts.words import MessageWords
from pipeline.configuration.folder import read_table, read_yaml, shown
from pipeline.errors import ConfigurationError
from pipeline.topics.rules import TopicRules
from pipeline.yaml_file import line_in, parse, read_text

FILE = "alerts.yml"
_NAMED = ("countries", "cities", "offices", "people")
Found = tuple[tuple[int | str, ...], str, Any]  # place in the file, what was expected, what is there


@dataclass(frozen=True, slots=True)
class AlertVocabulary:
    """What the names of a watch are looked up in."""

    names: GazetteerNames
    topics: frozenset[str]
    languages: frozenset[str]


@dataclass(frozen=True, slots=True)
class AlertFile:
    """alerts.yml as it was read: where it was `refused`, the rules send everything into the alert file."""

    rules: AlertRules
    text: str | None = None  # None: these rules are of no file
    refused: tuple[str, ...] = ()  # its mistakes


def known_names(names: GazetteerNames, topics: TopicRules, words: dict[str, MessageWords]) -> AlertVocabulary:
    """What the names in alerts.yml are looked up in."""
    return AlertVocabulary(names, frozenset(topic.slug for topic in topics.topics), frozenset(words))


def read_alert_file(config_dir: Path, known: AlertVocabulary) -> AlertFile:
    """alerts.yml with its mistakes beside it: they stop no stage."""
    try:
        text = alerts_text(config_dir)
    except ConfigurationError as error:
        return AlertFile(fallback(), "", tuple(error.problems))
    try:
        return AlertFile(parse_alerts(text, known, name=shown(config_dir, FILE)), text)
    except ConfigurationError as error:
        return AlertFile(fallback(), text, tuple(error.problems))


def read_words(config_dir: Path) -> dict[str, MessageWords]:
    """The words of the messages by language: every messages/<code>.yml.

    Raises:
        ConfigurationError: with all their mistakes; English, which replaces missing words, must exist.
    """
    problems: list[str] = []
    found: dict[str, MessageWords] = {}
    for path in sorted(config_dir.glob("messages/*.yml")):
        name = path.relative_to(config_dir).as_posix()
        try:
            words = read_yaml(config_dir, name, MessageWords)
        except ConfigurationError as error:
            problems.extend(error.problems)
            continue
        if words.language != path.stem:
            problems.append(f"{shown(config_dir, name)}:1: language: expected {path.stem}")
        found[words.language] = words
    if "en" not in found and not problems:
        problems.append(f"{shown(config_dir, 'messages/en.yml')}:1: expected a readable file")
    if problems:
        raise ConfigurationError(problems)
    return found


def read_names(config_dir: Path) -> GazetteerNames:
    """The names of the gazetteer.

    Raises:
        ConfigurationError: a table cannot be read.
    """
    return GazetteerNames.from_rows(*(read_table(config_dir, table) for table in _NAMED))


def alerts_text(config_dir: Path) -> str:
    """The text of alerts.yml as it is.

    Raises:
        ConfigurationError: it cannot be read.
    """
    return read_text(config_dir / FILE, shown(config_dir, FILE))


def parse_alerts(text: str, known: AlertVocabulary, *, name: str) -> AlertRules:
    """The rules of a text, with ids in place of the names.

    Raises:
        ConfigurationError: with all mistakes, each with its line; `name` is the name of the file.
    """
    rules = parse(text, AlertRules, name=name)
    resolver = _Resolver(known)
    watches = [resolver.watch(number, watch) for number, watch in enumerate(rules.watches)]
    found = [*resolver.found, *_unknown(rules, known)]
    if found:
        raise ConfigurationError(
            [f"{name}:{line_in(text, loc)}: {_place(loc)}: {said} (got {value!r})" for loc, said, value in found]
        )
    return rules.model_copy(update={"watches": watches})


def _unknown(rules: AlertRules, known: AlertVocabulary) -> Iterator[Found]:
    """Ids of rules the gazetteer does not have, and languages without message words."""
    ids = {i.removeprefix("cty:") for i in known.names.shown}
    for number, rule in enumerate(rules.rules):
        for field, names in (("countries", rule.countries), ("people", rule.people)):
            for place, name in enumerate(names):
                if name not in ids:
                    hint = _hint(name, ids)
                    yield ("rules", number, field, place), f"expected a name of the gazetteer{hint}", name
    for number, channel in enumerate(rules.channels):
        if channel.language not in known.languages:
            said = f"expected a language of config/messages: {', '.join(sorted(known.languages))}"
            yield ("channels", number, "language"), said, channel.language


class _Resolver:
    """Looks the names of watches up, and keeps what it could not find."""

    def __init__(self, known: AlertVocabulary) -> None:
        self._known = known
        self.found: list[Found] = []

    def watch(self, number: int, watch: Watch) -> Watch:
        kinds: dict[str, tuple[str, Callable[[str], str]]] = {
            "countries": ("cty:", lambda i: i.removeprefix("cty:")),
            "who": ("per:|off:", str),
            "places": ("city:|cty:", lambda i: i.removeprefix("city:")),
        }
        update: dict[str, list[str]] = {}
        for field, (prefixes, shorten) in kinds.items():
            wanted = getattr(watch, field)
            ids = (self._one(("watches", number, field, n), name, prefixes) for n, name in enumerate(wanted))
            update[field] = [shorten(i) for i in ids if i]
        for place, topic in enumerate(watch.topics):
            if topic not in self._known.topics:
                hint = _hint(topic, self._known.topics)
                self.found.append(
                    (("watches", number, "topics", place), f"expected a topic of topics.yml{hint}", topic)
                )
        return watch.model_copy(update=update)

    def _one(self, loc: tuple[int | str, ...], name: str, prefixes: str) -> str | None:
        """The one id of a name. The first prefix with a match wins: a person before an office."""
        ids = self._known.names.find(name)
        for prefix in prefixes.split("|"):
            fitting = sorted(i for i in ids if i.startswith(prefix))
            if len(fitting) == 1:
                return fitting[0]
            if fitting:
                self.found.append((loc, f"expected a name of one: it may be {', '.join(fitting)}", name))
                return None
        close = difflib.get_close_matches(name.casefold(), list(self._known.names.meant), n=1, cutoff=0.75)
        hint = f", did you mean {close[0]}?" if close else ""
        self.found.append((loc, f"expected a name of the gazetteer{hint}", name))
        return None


def _hint(name: str, known: Collection[str] | Iterable[str]) -> str:
    close = difflib.get_close_matches(name, sorted(known), n=1)
    return f", did you mean {close[0]}?" if close else ""


def _place(loc: tuple[int | str, ...]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc).lstrip(".")
