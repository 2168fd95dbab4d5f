"""``python -m pipeline.lexicon_build config``: write forms.csv of every language again."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from pipeline.language.folding import fold
from pipeline.lexicon_build import english, slavic, turkish

_FORMS: dict[str, Callable[[str, list[str]], Iterator[tuple[str, str]]]] = {
    "en": english.forms,
    "ru": slavic.russian,
    "tr": turkish.forms,
    "uk": slavic.ukrainian,
}


def build(folder: Path) -> str:
    """The text of forms.csv for the language of `folder`."""
    with (folder / "verbs.csv").open(encoding="utf-8", newline="") as file:
        verbs = list(csv.DictReader(file))
    rows: dict[tuple[str, str], str] = {}
    for verb in verbs:
        listed = [form for form in verb["irregular"].split("|") if form]
        for form, tag in _FORMS[folder.name](verb["lemma"], listed):
            rows.setdefault((fold(form), verb["lemma"]), tag)
        for noun in verb["nouns"].split("|"):
            if noun:
                rows[fold(noun), verb["lemma"]] = "noun"
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["form", "lemma", "tag"])
    writer.writerows((form, lemma, tag) for (form, lemma), tag in sorted(rows.items()))
    return text.getvalue()


def main(config: Path) -> None:
    """Write the forms of every language of `config`."""
    for language in _FORMS:
        folder = config / "languages" / language
        (folder / "forms.csv").write_text(build(folder), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
