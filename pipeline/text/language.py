"""Detect the language of a text: its script first, then langdetect, seeded, among the languages of that script.

The declared language of the page and the outlet's language decide only if the result is too close to call: pages
of one template declare one language for articles in three.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from pathlib import Path

from langdetect import DetectorFactory, LangDetectException
from langdetect.detector_factory import PROFILES_DIRECTORY

from pipeline.text.small_words import OWN_WORDS, SMALL_WORDS

SAMPLE_CHARS = 1000  # a third of the cost of whole texts, with the same verdicts on news
MIN_LETTERS = 20  # with fewer any verdict is chance
_CLOSE = 0.85  # below this a language that is declared or expected wins if it is among the candidates
_GUESSED = 0.5  # the confidence in a language nothing but a declaration speaks for
_MIXED = 0.15  # of the letters in the second script
_SCRIPTS = {
    "cyrillic": re.compile(r"[\u0400-\u052f]"),
    "latin": re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]"),
    "arabic": re.compile(r"[\u0600-\u06ff]"),
    "east": re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"),
}
# One script, one language.
_ALONE = {
    "el": re.compile(r"[\u0370-\u03ff]"),
    "he": re.compile(r"[\u0590-\u05ff]"),
    "ka": re.compile(r"[\u10a0-\u10ff]"),
    "hy": re.compile(r"[\u0530-\u058f]"),
    "th": re.compile(r"[\u0e00-\u0e7f]"),
    "hi": re.compile(r"[\u0900-\u097f]"),
}
_KANA, _HANGUL = re.compile(r"[\u3040-\u30ff]"), re.compile(r"[\uac00-\ud7af]")
_SOME = 0.1  # of the letters: Japanese has more kana, Korean hardly anything but Hangul
_FEWEST = 8  # small words in the sample
_CLEARLY = 3  # times the small words of the next language
_DENSE = 10  # one word in so many is small
_DENSE_OWN = 20  # where the words of relatives are left out
_SURE = 0.99
_PROFILES = {
    "cyrillic": ("ru", "uk", "bg", "mk"),
    "latin": ("en", "tr", "de", "fr", "es", "it", "pt", "nl", "pl", "ro", "cs", "sv", "no", "da", "fi", "hu", "hr",
              "id", "lt", "lv", "et", "sq", "sw", "vi", "sl", "sk", "ca"),
    "arabic": ("ar", "fa", "ur"),
    "east": ("zh-cn", "zh-tw", "ja", "ko"),
}  # fmt: skip
# Languages of the region that langdetect has no profile for, by letters their neighbours do not write.
_LETTERS = {"cyrillic": ("kk", re.compile(r"[әғқңөұүһ]", re.I)), "latin": ("az", re.compile(r"ə", re.I))}
_OWN_LETTERS = 0.02


def detect_language(text: str, *, expected: str | None = None, declared: str = "") -> tuple[str, float]:
    """ISO 639-1 code and confidence (0..1); ("und", 0.0) for a text without letters.

    Args:
        text: title and body.
        expected: the language the feed is configured with.
        declared: the language the page declares.
    """
    sample = text[:SAMPLE_CHARS]
    script, share = _script(sample)
    if not script:
        return "und", 0.0
    if script not in _PROFILES:
        return script, round(share, 3)
    if (letters := sum(map(str.isalpha, sample))) < MIN_LETTERS:
        return _trusted(script, expected, declared) or ("und", 0.0)
    if script in _LETTERS and len(_LETTERS[script][1].findall(sample)) > _OWN_LETTERS * letters:
        return _LETTERS[script][0], _CLOSE
    if sure := _by_small_words(sample, script) or (_by_letters(sample, letters) if script == "east" else ""):
        return sure, _SURE
    candidates = _candidates(sample, script)
    if not candidates:
        return _trusted(script, expected, declared) or ("und", 0.0)
    best = max(candidates, key=lambda code: candidates[code])
    confidence = candidates[best] * (share if share < 1 - _MIXED else 1)
    if confidence < _CLOSE:
        best = next((code for code in (declared, expected) if code in candidates), best)
        confidence = candidates[best] * share
    return best, round(confidence, 3)


def _script(sample: str) -> tuple[str, float]:
    """The script most letters are in, and their share. Scripts of one language go by its code."""
    counts = {name: len(pattern.findall(sample)) for name, pattern in {**_SCRIPTS, **_ALONE}.items()}
    total = sum(counts.values())
    if not total:
        return "", 0.0
    best = max(counts, key=lambda name: counts[name])
    return best, counts[best] / total


def _by_small_words(sample: str, script: str) -> str:
    """The language whose small words a text is full of, where no other comes near; "" where they do not decide."""
    if script not in SMALL_WORDS():
        return ""
    said = Counter(sample.lower().replace("i\u0307", "i").split())
    return _clear(said, SMALL_WORDS()[script], _DENSE) or _clear(said, OWN_WORDS()[script], _DENSE_OWN)


def _clear(said: Counter[str], lists: dict[str, frozenset[str]], dense: int) -> str:
    counts = sorted(((sum(said[word] for word in small), code) for code, small in lists.items()), reverse=True)
    (most, best), (second, _) = counts[0], counts[1]
    return best if most >= _FEWEST and most >= _CLEARLY * second and most * dense >= said.total() else ""


def _by_letters(sample: str, letters: int) -> str:
    """Japanese by its kana, Korean by Hangul; "" for Chinese characters alone, which all three write."""
    counts = {"ja": len(_KANA.findall(sample)), "ko": len(_HANGUL.findall(sample))}
    best = max(counts, key=lambda code: counts[code])
    return best if counts[best] > _SOME * letters else ""


def _candidates(sample: str, script: str) -> dict[str, float]:
    detector = _factory(script).create()
    detector.append(sample)
    try:
        return {found.lang.split("-")[0]: found.prob for found in reversed(detector.get_probabilities())}
    except LangDetectException:
        return {}


def _trusted(script: str, expected: str | None, declared: str) -> tuple[str, float] | None:
    """What is said of a text too short to be judged, where its script does not contradict."""
    known = {code.split("-")[0] for code in _PROFILES[script]}
    return next(((code, _GUESSED) for code in (declared, expected) if code in known), None)


@lru_cache(maxsize=len(_PROFILES))
def _factory(script: str) -> DetectorFactory:
    factory = DetectorFactory()
    factory.set_seed(0)  # langdetect samples at random; the same text must get the same answer
    files = [Path(PROFILES_DIRECTORY, code) for code in _PROFILES[script]]
    factory.load_json_profile([file.read_text(encoding="utf-8") for file in files])
    return factory
