"""Feed bytes become the right characters, whatever their labels say."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.feeds.encoding import to_utf8

RUSSIAN = (
    "<rss><channel><title>Встреча министров в Анкаре перенесена</title>"
    "<description>Стороны договорятся о новой дате позже, сообщили в ведомстве.</description></channel></rss>"
)
TURKISH = (
    "<rss><channel><title>Dışişleri Bakanı'nın Moskova ziyareti ertelendi</title>"
    "<description>Görüşmenin yeni tarihi daha sonra açıklanacak, iki ülke ısrarlı.</description></channel></rss>"
)


def labelled(text: str, label: str) -> str:
    return f'<?xml version="1.0" encoding="{label}"?>{text}'


@pytest.mark.parametrize(
    ("text", "encoding", "label", "header"),
    [
        (RUSSIAN, "utf-8", "windows-1251", "text/xml; charset=koi8-r"),  # valid UTF-8 beats both
        (RUSSIAN, "cp1251", "windows-1251", "text/xml; charset=utf-8"),
        (RUSSIAN, "cp1251", "utf-8", None),
        (RUSSIAN, "cp1251", "bogus", None),
        (RUSSIAN, "cp1251", "utf-8", "text/xml; charset=windows-1251"),
        (RUSSIAN, "koi8-r", "koi8-r", "text/xml"),
        (RUSSIAN, "koi8-r", "utf-8", None),
        (RUSSIAN, "iso8859-5", "ISO-8859-5", None),
        (TURKISH, "cp1254", "windows-1254", None),
        (TURKISH, "cp1254", "iso-8859-9", None),
        (TURKISH, "cp1254", "utf-8", None),
        (TURKISH, "cp1254", "unicode_escape", None),
        (TURKISH, "utf-16", "utf-16", None),
        (TURKISH, "utf-16-le", "utf-8", None),
        (TURKISH, "utf-16-be", "utf-16", None),
        (TURKISH, "utf-8-sig", "utf-8", None),
    ],
)
def test_labels_right_and_wrong(text: str, encoding: str, label: str, header: str | None) -> None:
    whole = labelled(text, label)
    assert to_utf8(whole.encode(encoding), header).decode() == whole


@pytest.mark.parametrize(("text", "encoding"), [(RUSSIAN, "cp1251"), (RUSSIAN, "koi8-r"), (TURKISH, "cp1254")])
def test_without_any_label(text: str, encoding: str) -> None:
    assert to_utf8(text.encode(encoding), None).decode() == text


def test_one_broken_character_does_not_change_the_alphabet() -> None:
    body = RUSSIAN.encode()
    spot = body.index("Анкаре".encode())
    broken = body[: spot + 1] + body[spot + 2 :]
    decoded = to_utf8(broken, None).decode()
    assert "Встреча министров" in decoded
    assert decoded.count("\ufffd") <= 2


@given(st.binary(max_size=400), st.sampled_from([None, "text/xml; charset=utf-7", "charset=punycode", "charset="]))
def test_any_bytes_decode(body: bytes, header: str | None) -> None:
    assert isinstance(to_utf8(body, header).decode(), str)


@given(
    st.text("абвгдежзийклмнопрстуфхцчшщъыьэюя ", min_size=30, max_size=200), st.sampled_from(["cp1251", "koi8-r"])
)
def test_small_cyrillic_letters_are_told_apart(text: str, encoding: str) -> None:
    if len(text.replace(" ", "")) < 20:
        text += "совещание перенесено"
    text = f"<rss>{text}"
    assert to_utf8(text.encode(encoding), None).decode() == text


def test_marks_are_taken_away() -> None:
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ):
        assert to_utf8(mark + RUSSIAN.encode(name), "text/xml; charset=koi8-r").decode() == RUSSIAN
