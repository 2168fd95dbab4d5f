"""Which language a text is in: langdetect, seeded; the feed's language decides what is too close to call."""

from __future__ import annotations

from functools import lru_cache

from langdetect import DetectorFactory, LangDetectException
from langdetect.detector_factory import PROFILES_DIRECTORY

SAMPLE_CHARS = 1000  # a third of the cost of whole texts, with the same verdicts on news
_CLOSE = 0.85  # below this the outlet's own language wins if it is among the candidates


@lru_cache(maxsize=1)
def _factory() -> DetectorFactory:
    factory = DetectorFactory()
    factory.set_seed(0)  # langdetect samples at random; the same text must get the same answer
    factory.load_profile(PROFILES_DIRECTORY)
    return factory


def detect_language(text: str, *, expected: str | None = None) -> tuple[str, float]:
    """ISO 639-1 code and confidence (0..1); ("und", 0.0) for a text without letters.

    `expected` is the language the feed is configured with.
    """
    detector = _factory().create()
    detector.append(text[:SAMPLE_CHARS])
    try:
        candidates = {c.lang.split("-")[0]: c.prob for c in detector.get_probabilities()}
    except LangDetectException:
        return "und", 0.0
    if not candidates:
        return "und", 0.0
    best = max(candidates, key=lambda code: candidates[code])
    if expected in candidates and candidates[best] < _CLOSE:
        best = expected
    return best, round(candidates[best], 3)
