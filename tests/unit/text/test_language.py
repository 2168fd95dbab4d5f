from __future__ import annotations

import pytest

from pipeline.text.language import detect_language

EN = "The foreign ministers of the two countries will meet on Saturday to discuss the reopening of the ports."
RU = "Министры иностранных дел двух стран встретятся в субботу, чтобы обсудить возобновление работы портов."
TR = "İki ülkenin dışişleri bakanları limanların yeniden açılmasını görüşmek üzere bir araya gelecek."


@pytest.mark.parametrize(("text", "code"), [(EN, "en"), (RU, "ru"), (TR, "tr")])
def test_the_three_languages_are_told_apart(text: str, code: str) -> None:
    found, confidence = detect_language(text)
    assert found == code
    assert confidence > 0.9


def test_the_same_text_gets_the_same_answer_every_time() -> None:
    assert len({detect_language("Lavrov Ankara Moskva 2031 visit") for _ in range(20)}) == 1


def test_a_text_without_letters_has_no_language() -> None:
    assert detect_language("14:00 – 2031") == ("und", 0.0)


def test_the_feeds_language_does_not_overrule_a_clear_case() -> None:
    assert detect_language(RU, expected="en")[0] == "ru"
