"""Small words each language is full of and the others of its script hardly have."""

from __future__ import annotations

from pipeline.language.words import FromWords, WordTables

SmallWords = dict[str, dict[str, frozenset[str]]]  # by script, then by language


def _by_script(words: WordTables) -> SmallWords:
    lists: SmallWords = {"latin": {}, "cyrillic": {}}
    for code, small in words.by_language("small word").items():
        script = "cyrillic" if any("\u0400" <= word[0] <= "\u052f" for word in small) else "latin"
        lists[script][code] = frozenset(small)
    return lists


def _of_one_language(words: WordTables) -> SmallWords:
    return {
        script: {
            code: frozenset(
                word for word in small if not any(word in lists[other] for other in lists if other != code)
            )
            for code, small in lists.items()
        }
        for script, lists in _by_script(words).items()
    }


SMALL_WORDS = FromWords(_by_script)
# Those of one language alone: relatives like Spanish and Portuguese share half of theirs.
OWN_WORDS = FromWords(_of_one_language)
