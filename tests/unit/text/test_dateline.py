from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from pipeline.text.dateline import Dateline, read_dateline, updated_line

PUBLISHED = datetime(2031, 6, 14, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "ANKARA, June 13 (Xinhua) -- The minister will not come.",
            Dateline("Ankara", date(2031, 6, 13), "Xinhua"),
        ),
        ("ANKARA, 13 June. /TASS/. The minister will not come.", Dateline("", None, "TASS")),
        ("MOSCOW (AP) — The minister will not come.", Dateline("Moscow", None, "AP")),
        ("ST. PETERSBURG, Russia (Reuters) - The minister left.", Dateline("St. Petersburg", None, "Reuters")),
        ("АНКАРА, 13 июня – Министр не приедет.", Dateline("Анкара", date(2031, 6, 13), "")),
        ("МОСКВА, 13 июн — РИА Новости. Министр не приедет.", Dateline("Москва", date(2031, 6, 13), "")),
        ("ANKARA - 13.06.2031 - Bakan gelmeyecek.", Dateline("Ankara", date(2031, 6, 13), "")),
        ("İSTANBUL (AA) - Bakan gelmeyecek.", Dateline("İstanbul", None, "Anadolu")),
        ("ANKARA, 31 December (Reuters) - The minister left.", Dateline("Ankara", date(2030, 12, 31), "Reuters")),
        ("The minister – who left on June 13 – will not come.", Dateline()),
        ("Ankara - a city of five million - is quiet.", Dateline()),
    ],
)
def test_datelines(line: str, expected: Dateline) -> None:
    assert read_dateline(line, published=PUBLISHED, zone="Europe/Istanbul") == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("UPDATED 14:05", datetime(2031, 6, 14, 11, 5, tzinfo=UTC)),
        ("Обновлено: 11:30", datetime(2031, 6, 15, 8, 30, tzinfo=UTC)),
        ("Güncelleme: 15.06.2031 - 09:10", datetime(2031, 6, 15, 6, 10, tzinfo=UTC)),
        ("Updated: 14 June 2031", None),  # a day stands for no moment
        ("Updated: 12 March 2019", None),
        ("Last updated: 14 June 2031 08:15", None),  # before the publication
        ("Last updated: 01/01/0001 00:00", None),
        ("Updated: 14 June 2031, 4:40 p.m.", datetime(2031, 6, 14, 13, 40, tzinfo=UTC)),
        ("The list was updated at 14:05 by the clerk of the ministry and sent to all who had asked for it.", None),
    ],
)
def test_lines_that_say_when_a_text_was_updated(line: str, expected: datetime | None) -> None:
    assert updated_line(line, published=PUBLISHED, zone="Europe/Istanbul") == expected
