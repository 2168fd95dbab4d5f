"""Find mistakes across files: names the gazetteer does not know, and invalid selectors."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path

from pipeline.alerts.rules import AlertRules
from pipeline.configuration.folder import read_table, shown
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


def unknown_names(config_dir: Path, alerts: AlertRules) -> list[str]:
    """People and countries that alert rules name and the gazetteer does not know: such a rule never applies."""
    known = {
        "people": {row.get("person", "") for row in read_table(config_dir, "people")},
        "countries": {row.get("code", "") for row in read_table(config_dir, "countries")},
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
            where = f"{shown(config_dir, 'alerts.yml')}:{line}: rules[{loc[1]}].{loc[2]}[{loc[3]}]"
            problems.append(f"{where}: expected a name of the gazetteer{_hint(name, names_there)} (got {name!r})")
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
