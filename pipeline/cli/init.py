"""`wirewatch init`: a configuration of your own to edit."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.console import out
from pipeline.errors import ConfigurationError
from pipeline.settings import shipped


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("init")(init)


def init(
    folder: Annotated[
        Path, typer.Argument(help="Folder to write into; made where it is missing.", file_okay=False)
    ],
    sql: Annotated[bool, typer.Option("--sql", help="Write sql/ too: views and questions of your own.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that are there.")] = False,
) -> None:
    """Write the configuration into a folder of yours, to edit: config/, and sql/ with --sql."""
    names = ["config", "sql"] if sql else ["config"]
    copies = {source: folder / target for name in names for source, target in _files(name)}
    there = [target for target in copies.values() if target.exists()]
    if there and not force:
        more = f" and {len(there) - 3} more" if len(there) > 3 else ""
        raise ConfigurationError(
            [f"nothing written: {', '.join(map(str, there[:3]))}{more} exist already; --force overwrites them"]
        )
    for source, target in copies.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    out.print(f"Wrote {len(copies)} files. Use them with", markup=False, soft_wrap=True)
    for name in names:
        out.print(
            f"    export WIREWATCH_{name.upper()}_DIR={(folder / name).absolute()}", markup=False, soft_wrap=True
        )
    out.print("and see what is right and wrong with `wirewatch config check`.", markup=False, soft_wrap=True)


def _files(name: str) -> list[tuple[Path, Path]]:
    """Each file of a shipped folder, and where it goes below the new one."""
    root = shipped(name)
    found = [path for path in sorted(root.rglob("*")) if path.is_file() and "__pycache__" not in path.parts]
    return [(path, Path(name) / path.relative_to(root)) for path in found]
