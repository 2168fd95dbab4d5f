"""Find mistakes across files: names the gazetteer does not know, and invalid selectors."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path

from pipeline.configuration.folder import shown
from pipeline.feeds.catalogue import FeedCatalogue
from pipeline.meetings.who.gazetteer import Gazetteer
from pipeline.text.overrides import check_selector
from pipeline.topics.rules import TopicRules
from pipeline.yaml_file import line_of


def broken_selectors(config_dir: Path, catalogue: FeedCatalogue) -> list[str]:
    """Selectors that are neither XPath nor CSS."""
    problems = []
    for number, feed in enumerate(catalogue.feeds):
        for field, selectors in (("include", feed.page.include), ("exclude", feed.page.exclude)):
            for place, selector in enumerate(selectors):
                try:
                    check_selector(selector)
                except ValueError as error:
                    line = line_of(config_dir / "feeds.yml", ("feeds", number, "page", field, place))
                    where = f"{shown(config_dir, 'feeds.yml')}:{line}: feeds[{number}].page.{field}[{place}]"
                    problems.append(f"{where}: {error} (got {selector!r})")
    return problems


def unknown_entities(config_dir: Path, rules: TopicRules, gazetteer: Gazetteer) -> list[str]:
    """Entities that topics name and the gazetteer has no name for: such a group never matches."""
    problems = []
    for name, group in rules.groups.items():
        for place, entity in enumerate(group.entities):
            if entity not in gazetteer.terms:
                line = line_of(config_dir / "topics.yml", ("groups", name, "entities", place))
                where = f"{shown(config_dir, 'topics.yml')}:{line}: groups.{name}.entities[{place}]"
                hint = _hint(entity, gazetteer.terms)
                problems.append(f"{where}: expected an entity the gazetteer has names for{hint} (got {entity!r})")
    return problems


def _hint(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, sorted(known), n=1)
    return f", did you mean {close[0]}?" if close else ""
