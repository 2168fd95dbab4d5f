"""`wirewatch import`: old news from archive files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.archives.rows import read_csv, read_jsonl
from pipeline.archives.warc import read_warc
from pipeline.cli.console import JsonOption, out, print_json
from pipeline.cli.stages import as_json, open_context, show
from pipeline.stages.maintain.archives import Reader, import_archive

app = typer.Typer(no_args_is_help=True, help="Take in old news from archive files; it alerts no one.")

ArchiveFiles = Annotated[
    list[Path], typer.Argument(exists=True, dir_okay=False, readable=True, help="Files, also .gz.")
]
ArchiveLanguage = Annotated[
    str, typer.Option(help="Language of outlets that no feed of yours knows: en, ru, tr.", metavar="CODE")
]


def _verb(read: Reader) -> Callable[..., None]:
    def verb(files: ArchiveFiles, language: ArchiveLanguage = "en", as_json_: JsonOption = False) -> None:
        now = datetime.now(UTC)
        with open_context(show_progress=not as_json_) as ctx:
            tallies = [import_archive(ctx, file, read, language=language, now=now) for file in files]
        if as_json_:
            print_json({str(file): as_json([tally])["import"] for file, tally in zip(files, tallies, strict=True)})
            return
        show(tallies)
        out.print("The pages wait for process and link: wirewatch run, or whatever runs the line.")

    return verb


for _name, _read, _help in (
    ("warc", read_warc, "WARC files, as of CC-NEWS: every page that answered 200 with HTML, dated by its record."),
    ("jsonl", read_jsonl, "JSON lines: url, published, and html or text; title and language where known."),
    ("csv", read_csv, "CSV with a row of column names: url, published, and html or text; title, language."),
):
    app.command(_name, help=_help)(_verb(_read))
