"""The phrases of the pages in the reader's language: words/<language>.yml, a line each, with plural forms."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale
from markupsafe import Markup, escape
from pydantic import RootModel

from pipeline.yaml_file import load

LANGUAGES = {"en": "English", "ru": "Русский", "tr": "Türkçe"}
_LOCALES = {"en": "en_GB", "ru": "ru_RU", "tr": "tr_TR"}
_FOLDER = Path(__file__).parent / "words"
_BOLD = re.compile(r"\*([^*]+)\*")


class _Phrases(RootModel[dict[str, str | dict[str, str]]]):
    """A file of phrases: each one text, or one a plural form (one, few, many, other) or number ("0")."""


class Wording:
    """Phrases of one language; `words("reports", n=3)` picks the plural form. A missing phrase is an error."""

    def __init__(self, language: str, phrases: dict[str, Any]) -> None:
        self.language = language
        self.locale = Locale.parse(_LOCALES[language])
        self._phrases = phrases

    def __call__(self, key: str, **values: Any) -> str:
        """The phrase, with its values put in. Raises KeyError for a missing phrase."""
        return self._phrase(key, values).replace("*", "").format(**values)

    def rich(self, key: str, **values: Any) -> Markup:
        """The same for HTML: values are escaped, and what is between asterisks is bold."""
        phrase = _BOLD.sub(r"<b>\1</b>", str(escape(self._phrase(key, values))))
        return Markup(phrase).format(**values)  # noqa: S704 - ours; the values are escaped

    def maybe(self, key: str, otherwise: str, **values: Any) -> str:
        """The phrase where there is one: for codes that come from data."""
        return self(key, **values) if key in self._phrases else otherwise

    def _phrase(self, key: str, values: dict[str, Any]) -> str:
        phrase = self._phrases[key]
        if isinstance(phrase, dict):
            exact, form = str(values["n"]), self.locale.plural_form(values["n"])
            phrase = phrase.get(exact) or phrase.get(form) or phrase["other"]
        return str(phrase)


@cache
def wording(language: str) -> Wording:
    """The phrases of a language in LANGUAGES."""
    return Wording(language, phrases_of(language))


def phrases_of(language: str) -> dict[str, Any]:
    """What words/<language>.yml says."""
    return dict(load(_FOLDER / f"{language}.yml", _Phrases).root)


def accepted(header: str) -> str:
    """The language of ours that an Accept-Language header likes best; English where it likes none."""
    wishes: list[tuple[float, str]] = []
    for part in header.split(",")[:20]:
        tag, _, quality = part.strip().partition(";q=")
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            continue
        if (code := tag[:2].lower()) in LANGUAGES:
            wishes.append((-weight, code))
    return min(wishes, default=(0.0, "en"), key=lambda wish: wish[0])[1]
