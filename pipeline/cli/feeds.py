"""`wirewatch feeds`: list, watch, add, try, import and export the feeds of config/feeds.yml."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.cli.console import JsonOption, err, out, print_json
from pipeline.cli.database import DatabaseOption, asked_settings, open_database
from pipeline.cli.preview import preview
from pipeline.cli.tables import print_table
from pipeline.configuration.folder import read_yaml
from pipeline.errors import ConfigurationError
from pipeline.feeds.catalogue import FeedCatalogue, FeedSource
from pipeline.feeds.opml import read_opml, write_opml
from pipeline.settings import Settings, editable_config, load_settings
from pipeline.store.feeds import NEEDS_A_PERSON, feed_health
from pipeline.yaml_file import append, parse

app = typer.Typer(no_args_is_help=True, help="List, watch, add, try, import and export feeds.")

FEEDS = "feeds.yml"

LanguageOption = Annotated[str, typer.Option("--language", help="ISO 639-1 code of the articles: en")]
ZoneOption = Annotated[str, typer.Option("--zone", help="IANA zone of the outlet: Europe/Istanbul")]
CountryOption = Annotated[str, typer.Option("--country", help="ISO 3166-1 alpha-2 code, or EU or INT")]
KindOption = Annotated[
    str, typer.Option("--kind", help="agency, newspaper, broadcaster, ministry, government, online, aggregator")
]


@app.command("list")
def list_feeds(as_json: JsonOption = False) -> None:
    """List the feeds of config/feeds.yml."""
    feeds = _catalogue(load_settings()).feeds
    if as_json:
        print_json([feed.model_dump(mode="json") for feed in feeds])
        return
    rows = [
        (feed.key, _name(feed), feed.language, feed.country, feed.kind, "" if feed.enabled else "off", feed.url)
        for feed in feeds
    ]
    titles = ("key", "outlet", "language", "country", "kind", "", "address")
    print_table(titles, rows, dim=[not feed.enabled for feed in feeds])
    out.print(f"{len(feeds)} feeds, {sum(feed.enabled for feed in feeds)} enabled")


@app.command()
def add(
    url: Annotated[str, typer.Argument(help="http(s) address of the feed.")],
    key: Annotated[str, typer.Option("--key", help="Short, permanent name: tass-en")],
    outlet: Annotated[str, typer.Option("--outlet", help="Usual name of the publisher.")],
    language: LanguageOption,
    zone: ZoneOption,
    country: CountryOption,
    kind: KindOption,
    title: Annotated[str, typer.Option("--title", help="Which of the outlet's feeds this is.")] = "",
    agency: Annotated[str | None, typer.Option("--agency", help="Agency whose dispatches it carries.")] = None,
) -> None:
    """Append a feed to config/feeds.yml, keeping its comments. Nothing is written if the feed has a mistake."""
    entry = {
        "key": key, "url": url, "outlet": outlet, "title": title, "language": language, "zone": zone,
        "country": country, "kind": kind, "agency": agency,
    }  # fmt: skip
    _append(load_settings(), [{name: value for name, value in entry.items() if value}])
    out.print(f"added {key}; try it with: wirewatch feeds preview {url}", markup=False, soft_wrap=True)


app.command()(preview)


@app.command()
def health(
    as_json: JsonOption = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 if a feed needs attention.")] = False,
    database: DatabaseOption = None,
) -> None:
    """Show which feeds fail, are silent, have moved or are empty, and when and why each is polled next."""
    with open_database(asked_settings(database)) as engine, engine.connect() as conn:
        found = feed_health(conn)
    if as_json:
        print_json(found)
    else:
        _print_health(found)
    if strict and any(row["health"] in NEEDS_A_PERSON for row in found):
        raise typer.Exit(1)


@app.command("import-opml")
def import_opml(
    file: Annotated[Path, typer.Argument(help="OPML file of a feed reader.", exists=True, dir_okay=False)],
    write: Annotated[bool, typer.Option("--write", help="Append the feeds to config/feeds.yml.")] = False,
    language: LanguageOption = "en",
    zone: ZoneOption = "UTC",
    country: CountryOption = "INT",
    kind: KindOption = "online",
) -> None:
    """Show the new feeds of an OPML file, or append them. The options fill in what an outline leaves out."""
    settings = load_settings()
    defaults = {"language": language, "zone": zone, "country": country, "kind": kind}
    known = _catalogue(settings).feeds
    found = read_opml(file.read_bytes(), defaults=defaults, known=known, name=file.name)
    for problem in found.problems:
        err.print(problem, markup=False, soft_wrap=True)
    for feed in found.feeds:
        out.print(f"{feed.key}  {feed.outlet}  {feed.url}", markup=False, soft_wrap=True)
    if write and found.feeds:
        _append(settings, [feed.model_dump(mode="json", exclude_defaults=True) for feed in found.feeds])
    verb = "added" if write else "new, not written (--write appends them)"
    out.print(f"{len(found.feeds)} feeds {verb}, {len(found.problems)} outlines not used", markup=False)
    if found.problems and not found.feeds:
        raise typer.Exit(1)


@app.command("export-opml")
def export_opml(
    file: Annotated[Path | None, typer.Argument(help="File to write; without it, standard output.")] = None,
) -> None:
    """Write the feeds as OPML 2.0, for any feed reader; import-opml restores them without loss."""
    document = write_opml(_catalogue(load_settings()).feeds)
    if file is None:
        typer.echo(document.decode(), nl=False)
    else:
        file.write_bytes(document)


def _catalogue(settings: Settings) -> FeedCatalogue:
    return read_yaml(settings.config_dir, FEEDS, FeedCatalogue)


def _name(feed: FeedSource) -> str:
    return f"{feed.outlet}: {feed.title}" if feed.title else feed.outlet


def _append(settings: Settings, entries: Sequence[dict[str, Any]]) -> None:
    """Write feeds.yml with `entries` at its end, atomically, after checking the result."""
    old = _catalogue(settings)
    path = editable_config(settings) / FEEDS
    name = f"{path.parent.name}/{FEEDS}"
    text = append(path.read_text(encoding="utf-8-sig"), "feeds", entries, name=name)
    new = parse(text, FeedCatalogue, name=name)
    if new.feeds != [*old.feeds, *map(FeedSource.model_validate, entries)]:
        raise ConfigurationError([f"{name}: the feeds could not be appended as they are"])
    fresh = path.with_suffix(".yml.new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)


def _print_health(found: Sequence[dict[str, Any]]) -> None:
    titles = ("feed", "health", "since", "asked next", "why then", "polls", "new items", "what is wrong")
    rows = [
        (
            row["key"],
            row["health"],
            _short(row["failing_since"] or row["last_new_item_at"]),
            _short(row["next_poll_at"]),
            row["next_poll_why"] or "",
            str(row["polls_last_day"]),
            str(row["new_items_last_day"]),
            _trouble(row),
        )
        for row in found
    ]
    print_table(titles, rows, dim=[row["health"] == "off" for row in found])
    counts = Counter(row["health"] for row in found)
    out.print(", ".join(f"{n} {name}" for name, n in counts.most_common()) or "no feeds yet: poll first")


def _short(moment: datetime | None) -> str:
    return f"{moment:%m-%d %H:%M}Z" if moment else ""


def _trouble(row: dict[str, Any]) -> str:
    """The most important problem of a feed."""
    if row["last_error"]:
        return f"{row['last_error']} ({row['errors_in_a_row']} in a row)"
    if row["moved_to"]:
        return f"moved to {row['moved_to']}: put it into feeds.yml"
    if row["overflows"]:
        return f"all its items were new {row['overflows']} times: some may have been missed"
    return "it answers not modified although it changed" if row["validators_lied_at"] else ""
