"""`wirewatch meetings show N --svg` and `wirewatch meetings calendar`: the pictures of the pages as files."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.database import DatabaseOption, asked_settings
from pipeline.errors import WirewatchError

if TYPE_CHECKING:
    from pipeline.settings import Settings
    from pipeline.stages.running.context import Context

LANGUAGES = ("en", "ru", "tr")
PngOption = Annotated[bool, typer.Option("--png", help="As PNG; needs the extra `pictures`.")]
LangOption = Annotated[str, typer.Option("--lang", help="Language of names and days: en, ru or tr.")]


def calendar(
    month: Annotated[str, typer.Argument(help="As 2026-12; default: this month.")] = "",
    png: PngOption = False,
    lang: LangOption = "en",
    database: DatabaseOption = None,
) -> None:
    """Print the calendar of a month, with the days meetings were moved from, as an SVG picture."""
    try:
        first = date.fromisoformat(f"{month}-01") if month else None
    except ValueError as error:
        raise typer.BadParameter(f"expected a month, as 2026-12 (got {month!r})", param_hint="MONTH") from error
    from pipeline.site.drawing import month_svg  # the pages take half a second to import

    _print(asked_settings(database), lambda ctx: month_svg(ctx, first, _language(lang)), png=png)


def timeline(settings: Settings, meeting: int, lang: str, *, png: bool) -> None:
    """Print the time line of a meeting."""
    from pipeline.site.drawing import timeline_svg  # the pages take half a second to import

    _print(settings, lambda ctx: timeline_svg(ctx, meeting, _language(lang)), png=png)


def _language(asked: str) -> str:
    if asked not in LANGUAGES:
        raise typer.BadParameter(f"expected one of: {', '.join(LANGUAGES)}", param_hint="--lang")
    return asked


def _print(settings: Settings, draw: Callable[[Context], str], *, png: bool) -> None:
    from pipeline.cli.stages import open_context
    from pipeline.site.drawing import png as as_png

    if png and sys.stdout.isatty():
        raise WirewatchError("a PNG is not for the terminal: add > picture.png")
    with open_context(settings=settings) as ctx:
        drawn = draw(ctx)
    if png:
        typer.echo(as_png(drawn), nl=False)
    else:
        typer.echo(drawn, nl=False)
