"""`wirewatch site`: serve hubs and monitors over HTTP."""

from __future__ import annotations

import typer

from pipeline.cli.console import out
from pipeline.cli.stages import open_context


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("site")(site)


def site() -> None:
    """Serve /health and the callback of WebSub hubs until Ctrl-C, at WIREWATCH_SITE_HOST and _SITE_PORT."""
    from pipeline.site.server import Site  # importing FastAPI takes half a second; other verbs do without

    with open_context() as ctx:
        server = Site(ctx)
        out.print(f"listening on {server.url}", markup=False)
        if not ctx.settings.site_url:
            out.print("no hub is asked to push: set WIREWATCH_SITE_URL to the address under which it reaches us")
        server.run()
