"""`wirewatch site`: the pages, and what hubs and monitors reach over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from pipeline.cli.console import out
from pipeline.cli.stages import open_context
from pipeline.configuration import load_configuration
from pipeline.settings import load_settings
from pipeline.stages.running.context import Context


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("site")(site)


def site(
    demo: Annotated[bool, typer.Option("--demo", help="Serve the database of the demo instead.")] = False,
) -> None:
    """Serve the pages, /health and the callback of WebSub hubs until Ctrl-C.

    It listens at WIREWATCH_SITE_HOST and WIREWATCH_SITE_PORT.
    """
    from pipeline.site.server import Site  # FastAPI takes half a second, which other verbs need not pay

    with _demo_context() if demo else open_context(forgiving=True, resident=True) as ctx:
        server = Site(ctx)
        out.print(f"listening on {server.url}", markup=False)
        if demo:
            server.answer()
            return
        if not ctx.settings.site_token:
            out.print("nobody can log in and decide: set WIREWATCH_SITE_TOKEN")
        if not ctx.settings.site_url:
            out.print("no hub is asked to push: set WIREWATCH_SITE_URL to the address under which it reaches us")
        server.run()


@contextmanager
def _demo_context() -> Iterator[Context]:
    """The demo's database, read in the zone of its newsroom."""
    from pipeline.demo.replay import DATABASE
    from pipeline.store.server.engine import connect, open_engine

    settings = load_settings()
    if "site_zone" not in settings.model_fields_set:
        settings = settings.model_copy(update={"site_zone": "Europe/Istanbul"})
    home = connect(settings)
    engine = open_engine(home.url.set(database=DATABASE))
    home.dispose()
    try:
        with Context(settings, engine, load_configuration(settings.config_dir)) as ctx:
            yield ctx
    finally:
        engine.dispose()
