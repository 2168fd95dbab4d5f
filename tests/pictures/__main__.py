"""Write the pages and, where Chromium is installed, their pictures."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from pipeline.alerts import atom
from pipeline.alerts.calendar import calendar
from pipeline.alerts.formats import mail, plain, slack
from pipeline.alerts.message import compose
from pipeline.records import CalendarEntry, Notice, Place
from tests.alert_texts import NOTICE, SITE, style
from tests.pictures import render

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
MOVED = replace(
    NOTICE,
    key="51c0aa72@wirewatch/1/rescheduled",
    kind="rescheduled",
    created_at=datetime(2026, 12, 1, 9, 30, tzinfo=UTC),
    meeting_id=15,
    old_date="2026-12-09",
    new_date="2026-12-16",
    place=Place("Ankara", "TR", True),
    against=(),
)
EDITED = replace(
    NOTICE,
    key="8f3c2d1e@wirewatch/4/silently_edited",
    kind="silently_edited",
    created_at=datetime(2026, 12, 1, 8, 15, tzinfo=UTC),
    proof=replace(NOTICE.proof, version=2, before="Министр иностранных дел посетит Стамбул 4 декабря."),
)


def pages() -> dict[str, tuple[str, tuple[int, int]]]:
    """A document for each channel, by the name of its picture, with the size of the window."""
    message = compose(NOTICE, style("en"), SITE)
    edited = compose(EDITED, style("en"), SITE)
    feed = atom.feed([NOTICE, MOVED, EDITED], style("en"), self_url="https://ww.example.org/feeds/changes.atom",
                     site=SITE.site, now=NOW)  # fmt: skip
    made = calendar([_entry(NOTICE, "postponed", None, ("2026-12-04",)), _entry(MOVED, "rescheduled", "2026-12-16",
                    ("2026-12-09",)), _entry(replace(MOVED, uid="c@w", meeting_id=17), "cancelled", "2026-12-22", ())],
                    style("en"), name="ru-tr", now=NOW, host="ww.example.org", site=SITE.site)  # fmt: skip
    return {
        "mail-en": (mail.page(message), (640, 800)),
        "mail-edited": (mail.page(edited), (640, 840)),
        "slack": (render.slack(slack.payload(message)), (720, 450)),
        "terminal": (render.terminal(plain.text(message)), (900, 470)),
        "atom": (render.reader(feed), (1000, 640)),
        "calendar": (render.month(made.body, date(2026, 12, 1)), (900, 640)),
    }


def _entry(notice: Notice, status: str, day: str | None, previous: tuple[str, ...]) -> CalendarEntry:
    return CalendarEntry(
        **{
            name: getattr(notice, name)
            for name in ("uid", "format", "countries", "participants", "place", "sequence", "clock", "topics")
        },
        number=notice.meeting_id, status=status, flags=(), date=day, previous=previous, quote=notice.proof.quote,
        outlet=notice.proof.outlet, url=notice.proof.url, created_at=notice.created_at, changed_at=notice.created_at,
        merged_into=None, dismissed=False,
    )  # fmt: skip


def shoot(folder: Path) -> None:
    """One PNG for each page."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("chromium is not installed: apt-get install chromium")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        for name, (html, (width, height)) in pages().items():
            source = Path(scratch) / f"{name}.html"
            source.write_text(html, encoding="utf-8")
            command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
                       "--hide-scrollbars", f"--window-size={width},{height}",
                       f"--screenshot={folder / name}.png", source.as_uri()]  # fmt: skip
            subprocess.run(command, check=True, capture_output=True, timeout=120)


if __name__ == "__main__":
    shoot(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/alerts"))
