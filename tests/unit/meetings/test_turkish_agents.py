"""Who called a meeting off, or why, between a Turkish noun and its passive: "ziyaret X tarafından iptal edildi"."""

from __future__ import annotations

import pytest

from pipeline.records import MeetingStatus


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Lavrov'un Ankara ziyareti Rusya tarafından iptal edildi.", "cancelled"),
        ("Fidan ile Lavrov'un görüşmesi Kremlin tarafından ertelendi.", "postponed"),
        ("Fidan ile Lavrov'un görüşmesi hava koşulları yüzünden iptal edildi.", "cancelled"),
        ("Fidan ile Lavrov'un görüşmesi hava koşullarından dolayı ertelendi.", "postponed"),
    ],
)
def test_an_agent_or_a_cause_is_no_object(read, text: str, status: str) -> None:
    assert [m.status for m in read(text, language="tr")] == [MeetingStatus(status)]


@pytest.mark.parametrize(
    "text",
    [
        "Türkiye ile Rusya arasındaki anlaşma Kremlin tarafından iptal edildi.",
        "Lavrov, Fidan ile görüşmesinin ertelendiğini geçen hafta duyurmuştu.",
    ],
)
def test_no_meeting_and_no_news(read, text: str) -> None:
    assert read(text, language="tr") == ()
