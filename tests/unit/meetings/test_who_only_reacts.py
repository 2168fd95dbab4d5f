"""A country that a text only talks about, or that only reacts, is no side of the meeting."""

from __future__ import annotations

import pytest
from conftest import ReadText

RU_TR, PL_TR = ("RU", "TR"), ("PL", "TR")
CASES = [
    # What people of two countries talk about
    ("en", "Russian President Oleg Gromov and Turkish President Kaan Demirel are set to meet in Izmir on Friday "
           "for talks on bringing Syria back into the pact.", RU_TR),
    ("en", "Russian President Oleg Gromov will meet Turkish President Kaan Demirel on Friday, seeking an agreement "
           "that would let Ukraine ship its wheat.", RU_TR),
    ("ru", "Президент России Олег Громов встретится с президентом Турции Кааном Демирелем из-за визита делегации "
           "Сирии и Ирана.", RU_TR),
    # Who only reacts
    ("en", "China condemned a visit by the Polish foreign minister to Turkey.", PL_TR),
    ("en", "The Polish foreign minister will visit Turkey on Friday despite China.", PL_TR),
    ("en", "Poland announces a visit by its foreign minister to Turkey, risking China's anger.", PL_TR),
    ("ru", "Китай осудил визит министра иностранных дел Польши в Турцию.", PL_TR),
    # A list of sides stays one
    ("en", "Russian President Oleg Gromov, Turkish President Kaan Demirel and Iran will hold talks on Friday.",
     ("IR", *RU_TR)),
    ("en", "China threatened to cancel talks with Turkey.", ("CN", "TR")),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "sides"), CASES)
def test_the_sides_are_those_who_meet(read: ReadText, language: str, text: str, sides: tuple[str, ...]) -> None:
    assert {mention.countries for mention in read(text, language=language)} == {sides}
