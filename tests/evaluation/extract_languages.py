"""Language detection on labelled texts, next to lingua and py3langid, with the time each takes."""

from __future__ import annotations

import importlib
import importlib.util
import json
import time
from collections.abc import Callable
from pathlib import Path

from pipeline.text.language import detect_language
from tests.evaluation.report import Cell, EvaluationDataError, Figures

SHORT = 60  # characters: half a headline
# All that lingua knows would need gigabytes; so it has fewer to choose from than the others.
_LINGUA = (
    "ENGLISH", "RUSSIAN", "TURKISH", "UKRAINIAN", "GERMAN", "FRENCH", "SPANISH", "ITALIAN", "AZERBAIJANI",
    "BULGARIAN", "KAZAKH",
)  # fmt: skip
Detector = Callable[[str], str]


def language_figures(data: Path) -> Figures:
    """Share of right languages on whole texts, headlines and halves of headlines in English, Russian and Turkish.

    Raises:
        EvaluationDataError: the texts are not there.
    """
    texts = _texts(data)
    rows: list[tuple[Cell, ...]] = []
    for name, detect in _detectors().items():
        detect(texts[0][1])  # models are loaded at the first text
        started = time.process_time()
        found = [(language, detect(title), detect(title[:SHORT]), detect(body)) for language, title, body in texts]
        spent = time.process_time() - started
        shares = [sum(row[0] == row[i] for row in found) / len(found) for i in (3, 1, 2)]
        rows.append((name, len(texts), *shares, 1000 * spent / (3 * len(texts))))
    return Figures("Language", ("detector", "texts", "text", "headline", f"{SHORT} characters", "ms"), tuple(rows))


def _texts(data: Path) -> list[tuple[str, str, str]]:
    path = data / "meetings.jsonl"
    try:
        records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    except OSError as error:
        raise EvaluationDataError(f"{path}: {error.strerror}") from error
    return [
        (record["lang"], record["title"], record.get("full_text") or record["text"] or record["title"])
        for record in records
        if record.get("title")
    ]


def _detectors() -> dict[str, Detector]:
    found: dict[str, Detector] = {"langdetect, as used": lambda text: detect_language(text)[0]}
    if importlib.util.find_spec("langdetect"):
        found["langdetect, plain"] = _plain_langdetect
    if importlib.util.find_spec("lingua"):
        found["lingua"] = _lingua()
    if importlib.util.find_spec("py3langid"):
        classify = importlib.import_module("py3langid").classify
        found["py3langid"] = lambda text: str(classify(text)[0])
    return found


def _plain_langdetect(text: str) -> str:
    langdetect = importlib.import_module("langdetect")
    try:
        return str(langdetect.detect(text))
    except langdetect.LangDetectException:
        return "und"


def _lingua() -> Detector:
    lingua = importlib.import_module("lingua")
    languages = [getattr(lingua.Language, name) for name in _LINGUA]
    detector = lingua.LanguageDetectorBuilder.from_languages(*languages).build()

    def detect(text: str) -> str:
        found = detector.detect_language_of(text)
        return found.iso_code_639_1.name.lower() if found else "und"

    return detect
