"""`wirewatch feeds`: list, add, try, import and export the feeds of config/feeds.yml."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.cli.console import err, out, print_json
from pipeline.cli.tables import print_table
from pipeline.configuration import read_yaml
from pipeline.errors import ConfigurationError
from pipeline.feeds.catalogue import FeedCatalogue, FeedSource
from pipeline.feeds.opml import read_opml, write_opml
from pipeline.feeds.parse import parse_feed
from pipeline.records import ParsedFeed, Response
from pipeline.settings import Settings, load_settings
from pipeline.stages.poll import ACCEPT, MAX_FEED_BYTES
from pipeline.web_client.client import WebClient
from pipeline.yaml_file import append, parse

app = typer.Typer(no_args_is_help=True, help="List, add, try, import and export feeds.")

FEEDS = "feeds.yml"

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of a table.")]
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
    key: Annotated[str, typer.Option("--key", help="Short name that stays: tass-en")],
    outlet: Annotated[str, typer.Option("--outlet", help="Who publishes it, as people call it.")],
    language: LanguageOption,
    zone: ZoneOption,
    country: CountryOption,
    kind: KindOption,
    title: Annotated[str, typer.Option("--title", help="Which of the outlet's feeds this is.")] = "",
    agency: Annotated[str | None, typer.Option("--agency", help="Agency whose dispatches it carries.")] = None,
) -> None:
    """Append a feed to config/feeds.yml; comments stay. Nothing is written where something is wrong with it."""
    entry = {
        "key": key, "url": url, "outlet": outlet, "title": title, "language": language, "zone": zone,
        "country": country, "kind": kind, "agency": agency,
    }  # fmt: skip
    _append(load_settings(), [{name: value for name, value in entry.items() if value}])
    out.print(f"added {key}; try it with: wirewatch feeds preview {url}", markup=False, soft_wrap=True)


@app.command()
def preview(
    url: Annotated[str, typer.Argument(help="http(s) address of a feed; it need not be in feeds.yml.")],
    as_json: JsonOption = False,
) -> None:
    """Ask a feed once, politely, and show what would be stored of it. Nothing is stored."""
    settings = load_settings()
    now = datetime.now(UTC)
    response = asyncio.run(_get(url, settings))
    parsed = parse_feed(
        response.body, url=response.final_url, content_type=response.headers.get("content-type"), now=now
    )
    if as_json:
        document = {"url": url, "final_url": response.final_url, "bytes": len(response.body)}
        print_json(document | asdict(parsed))
    else:
        _print_preview(response, parsed)


@app.command("import-opml")
def import_opml(
    file: Annotated[Path, typer.Argument(help="OPML file of a feed reader.", exists=True, dir_okay=False)],
    write: Annotated[bool, typer.Option("--write", help="Append the feeds to config/feeds.yml.")] = False,
    language: LanguageOption = "en",
    zone: ZoneOption = "UTC",
    country: CountryOption = "INT",
    kind: KindOption = "online",
) -> None:
    """Show the new feeds of an OPML file, or append them. The options fill in what an outline does not say."""
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
    """Write the feeds as OPML 2.0, for any feed reader; import-opml reads it back whole."""
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
    """Write feeds.yml with `entries` at its end, in one step, once the result has proved right."""
    old = _catalogue(settings)
    path = settings.config_dir / FEEDS
    name = f"{path.parent.name}/{FEEDS}"
    text = append(path.read_text(encoding="utf-8-sig"), "feeds", entries, name=name)
    new = parse(text, FeedCatalogue, name=name)
    if new.feeds != [*old.feeds, *map(FeedSource.model_validate, entries)]:
        raise ConfigurationError([f"{name}: the feeds could not be appended as they are"])
    fresh = path.with_suffix(".yml.new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)


async def _get(url: str, settings: Settings) -> Response:
    async with WebClient(
        contact=settings.contact, allow_private=settings.private_hosts, host_delay_s=settings.host_delay_s
    ) as client:
        return await client.get(url, max_bytes=MAX_FEED_BYTES, accept=ACCEPT, robots=False)


def _print_preview(response: Response, parsed: ParsedFeed) -> None:
    moved = f" (moved to {response.final_url})" if response.final_url != response.url else ""
    out.print(f"{parsed.format}  {parsed.title}{moved}", markup=False, soft_wrap=True)
    rows = [
        (f"{item.published:%Y-%m-%d %H:%M}Z" if item.published else "not stated", item.title, item.url)
        for item in parsed.items
    ]
    print_table(("published", "title", "address"), rows)
    for rejected in parsed.rejected:
        out.print(f"rejected  {rejected.reason}  {rejected.detail}", markup=False, soft_wrap=True)
    out.print(f"{len(parsed.items)} items would be stored, {len(parsed.rejected)} rejected")
