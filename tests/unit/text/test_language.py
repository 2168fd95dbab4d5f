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


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("外相は土曜日に港の再開について協議するためにアンカラを訪れる予定だと発表した。", "ja"),
        ("외무장관은 항구 재개를 논의하기 위해 토요일에 앙카라를 방문할 예정이라고 밝혔다.", "ko"),
        ("两国外长将于星期六在安卡拉会晤，讨论港口重新开放的问题，外交部发言人说。", "zh"),
        ("El ministro no viajará el sábado a la capital, según dijo su portavoz, y las conversaciones se celebrarán más tarde, como lo pidió el otro país.", "es"),
        ("Le ministre ne se rendra pas dans la capitale samedi, a dit une porte-parole, et les discussions auront lieu plus tard avec le pays qui les a demandées.", "fr"),
        ("Utenriksministeren reiser ikke til hovedstaden på lørdag, sier en talsmann, og samtalene blir holdt senere i år.", "no"),
    ],
)  # fmt: skip
def test_other_languages_by_their_letters_or_their_own_small_words(text: str, code: str) -> None:
    assert detect_language(text)[0] == code
