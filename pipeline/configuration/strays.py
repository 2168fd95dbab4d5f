"""Files of the folder that nothing reads: a misspelt name must not look like a rule that never applies."""

from __future__ import annotations

import difflib
import re
from pathlib import Path

from pipeline.configuration.folder import GAZETTEER, shown
from pipeline.configuration.language_tables import FOLDER, cleans_pages_alone

TOP = ("feeds.yml", "topics.yml", "alerts.yml", "refetch.yml")
RENAMED = {"rereading.yml": "refetch.yml"}
_LANGUAGE_FILE = re.compile(r"[a-z]{2}\.yml")
_READ = (".yml", ".yaml", ".csv")  # what looks like configuration; notes, backups and folders of your own may stay


def strays(config_dir: Path) -> list[str]:
    """One line for each file of config/, meetings/, messages/ and gazetteer/ that nothing reads.

    `read_language` does the same for languages/.
    """
    languages = [
        code
        for code in _names(config_dir / FOLDER)
        if not ((config_dir / FOLDER / code).is_dir() and cleans_pages_alone(config_dir, code))
    ]
    expected = {
        "": TOP,
        "meetings/": tuple(f"{code}.yml" for code in languages),
        "messages/": tuple(name for name in _names(config_dir / "messages") if _LANGUAGE_FILE.fullmatch(name)),
        "gazetteer/": tuple(f"{table}.csv" for table in GAZETTEER),
    }
    return [
        f"{shown(config_dir, folder + name)}: nothing reads this file{_hint(folder, name, known)}"
        for folder, known in expected.items()
        for name in _names(config_dir / folder)
        if name not in known and name.endswith(_READ)
    ]


def _hint(folder: str, name: str, known: tuple[str, ...]) -> str:
    if name in RENAMED:
        return f"; it is called {RENAMED[name]} now"
    if folder == "meetings/":
        return f"; a language begins with its folder languages/{Path(name).stem}/"
    guess = difflib.get_close_matches(name, known, n=1)
    return f", did you mean {guess[0]}?" if guess else f"; expected one of {', '.join(known)}"


def _names(folder: Path) -> list[str]:
    return (
        sorted(entry.name for entry in folder.iterdir() if not entry.name.startswith("."))
        if folder.is_dir()
        else []
    )
