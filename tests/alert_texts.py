"""One alert as the tests of messages need it, and texts from outside that want to be more than text."""

from __future__ import annotations

import functools
import itertools
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from pipeline.alerts.message import Sending
from pipeline.alerts.style import Style
from pipeline.configuration.alert_rules import read_names, read_words
from pipeline.records import MeetingStanding, Notice, Participant, Place, Proof, SourceReport
from pipeline.settings import CHECKOUT

CONFIG = CHECKOUT / "config"
SITE = Sending(watch="ru-tr", site="https://ww.example.org")
QUOTE = (
    "Визит министра иностранных дел России Сергея Лаврова в Стамбул, намеченный на 4 декабря, переносится на более "
    "поздний срок в связи с графиком министра, сообщили в МИД Турции."
)
_SAID = datetime(2026, 12, 1, 11, 5, tzinfo=UTC)
NOTICE = Notice(
    alert_id=1,
    key="8f3c2d1e@wirewatch/3/postponed",
    kind="postponed",
    created_at=datetime(2026, 12, 1, 11, 7, tzinfo=UTC),
    amends=None,
    retracts=None,
    meeting_id=12,
    uid="8f3c2d1e@wirewatch",
    sequence=3,
    format="visit",
    countries=("RU", "TR"),
    participants=(
        Participant("per:ru.lavrov", "Sergei Lavrov", "RU", "off:RU.FM", "visitor"),
        Participant("per:tr.fidan", "Hakan Fidan", "TR", "off:TR.FM", "host"),
    ),
    place=Place("Istanbul", "TR", True),
    old_date="2026-12-04",
    new_date=None,
    clock=None,
    old_place=None,
    old_participants=(),
    proof=Proof(
        quote=QUOTE,
        language="ru",
        field="body",
        start=0,
        end=len(QUOTE),
        outlet="Велен-Информ",
        title="МИД Турции: визит отложен <срочно>",
        url="https://velen-inform.example/2026/12/01/1187",
        published_at=_SAID,
        version=1,
        rules=("ru.postpone",),
        confidence=0.94,
        attribution="official: сообщили в МИД Турции",
        reason="в связи с графиком министра",
    ),
    reports=3,
    independent=2,
    sources=(
        SourceReport("Велен-Информ", "https://velen-inform.example/2026/12/01/1187", _SAID, "postponed"),
        SourceReport("Kastra Haber", "https://kastra-haber.example/a", _SAID, "postponed"),
        SourceReport("Velen Times", "https://velentimes.example/a/991", _SAID, "postponed", "Велен-Информ"),
    ),
    against=(
        SourceReport(
            "Kastra Haber",
            "https://kastra-haber.example/b",
            datetime(2026, 11, 30, 16, 40, tzinfo=UTC),
            "confirmed",
        ),
    ),
    now=MeetingStanding("postponed", None, None, (), _SAID),
    topics=("russia-turkey",),
)


@functools.cache
def style(language: str = "en", zone: str = "Europe/Istanbul") -> Style:
    """The shipped words and names."""
    return Style(read_words(CONFIG)[language], read_names(CONFIG), ZoneInfo(zone))


def hostile(text: str) -> Notice:
    """The alert with a text from outside in every place that one can reach."""
    report = SourceReport(text, f"https://evil.example/{text}", _SAID, "confirmed", text)
    return replace(
        NOTICE,
        participants=(Participant("per:xx.nobody", text, "RU", None, "visitor"),),
        place=Place(text, "TR", True),
        old_place=text,
        proof=replace(
            NOTICE.proof,
            quote=text,
            outlet=text,
            title=text,
            url=f"https://evil.example/{text}",
            attribution=f"official: {text}",
            reason=text,
        ),
        sources=(report,),
        against=(report,),
    )


_MARKUP = (
    "<b>bold</b>", "<a href='https://evil.example'>aa.com.tr</a>", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>",
    "</td></table><h1>x", "<!-- comment", "&lt;b&gt;", "&#60;b&#62;", "&amp;amp;", "<!channel>", "<!here>", "<@U024BE7LH>",
    "<#C024BE7LR>", "<https://evil.example|aa.com.tr>", "<mailto:a@evil.example|mail>", "@everyone", "@here", "@channel", "@all",
    "@room", "<@123456789012345678>", "<@&1234>", "<#1234>", "<:emoji:1234>", "<t:1700000000:R>", "*bold*", "**bold**",
    "_italic_", "__under__", "~strike~", "~~strike~~", "||spoiler||", "`code`", "```\nblock\n```", "> quote", ">>> quote",
    "# heading", "- list", "1. list", "* list", "---", "***", "===", "[x](https://evil.example)", "[x](javascript:alert(1))",
    "![x](https://evil.example/p.png)", "[x][1]", "[1]: https://evil.example", "<https://evil.example>", "a | b | c",
    "\\*not\\*", "\\", "\\\\", ":smile:", "!important", "{{7*7}}", "{% raw %}", "%s %d {0}", "$(id)", "';--",
    "\tindented code", "    four blanks", "line\nbreak", "two\n\nparagraphs", "carriage\rreturn", "a\u2028b\u2029c", "a\x85b", "a\x0bb\x0cc",
)  # fmt: skip
_UNSEEN = (
    "\x1b[2J\x1b[31mred", "\x1b]0;title\x07", "\x1b]8;;https://evil.example\x1b\\aa\x1b]8;;\x1b\\", "\x9b31m", "\x00null\x00", "\x07\x08bell",
    "Ara\u202egnipmuj\u202c", "\u2066isolate\u2069", "\u200fright", "\u061carabic", "zero\u200bwidth\u200djoin", "\ufefffeff", "so\u00adft",
    "tag\U000e0041\U000e007f", "\ufff9interlinear\ufffb", "\ud800".encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace"), "e\u0301\u0301\u0301" * 20, "\U0001f1f7\U0001f1fa\U0001f1f9\U0001f1f7 👨‍👩‍👧",
)  # fmt: skip
_LINKS = (
    "https://evil.example/x", "HTTP://EVIL.EXAMPLE", "http://user:pw@evil.example", "http:/evil.example", "www.evil.example", "evil.example/path?q=1",
    "aa.com.tr", "аа.com.tr", "хn--80ak6aa92e.com", "кремль.рф", "javascript:alert(1)", "data:text/html,x", "mailto:a@evil.example", "a@evil.example",
    "tel:+1234567", "tg://resolve?domain=x", "t.me/evil", "ftp://evil.example", "file:///etc/passwd", "smb://evil", "https://[::1]/", "http://127.0.0.1:80/",
)  # fmt: skip
_LONG = (
    "слово " * 2000,
    "x" * 9000,
    "@everyone " * 500,
    "<b>" * 1500,
    "https://evil.example/" + "a" * 3000,
    "🙂" * 2500,
    "",
)
CORPUS: tuple[str, ...] = tuple(
    itertools.chain(_MARKUP, _UNSEEN, _LINKS, _LONG, (f"{a} {b}" for a, b in zip(_MARKUP, _LINKS, strict=False)))
)
