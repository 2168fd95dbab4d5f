"""From an alert, several alerts or a trouble of our own to what a sender is handed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from html import escape
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pipeline.alerts import payload
from pipeline.alerts.dates import moment
from pipeline.alerts.formats import mail, plain
from pipeline.alerts.message import Message, Sending, compose
from pipeline.alerts.outside import outside
from pipeline.alerts.receivers import Channel
from pipeline.alerts.senders.outgoing import Conversation, Outgoing
from pipeline.alerts.severity import severity_of
from pipeline.alerts.style import Style
from pipeline.alerts.watches import Watch
from pipeline.configuration import Configuration
from pipeline.records import Notice, OperatorNotice
from pipeline.store.deliveries import Delivery

LATE = timedelta(hours=1)
QUOTE = 600  # characters, in mail and on the console
_DETAIL = 600


class Composer:
    """Writes the messages of one configuration."""

    def __init__(self, configuration: Configuration, site_url: str) -> None:
        self._configuration = configuration
        self._site = site_url.rstrip("/")
        self._host = urlsplit(site_url).hostname or "wirewatch.invalid"

    def style(self, channel: Channel) -> Style:
        """Language and zone of a channel's readers."""
        words = self._configuration.words
        return Style(words.get(channel.language, words["en"]), self._configuration.names, ZoneInfo(channel.zone))

    def sending(self, delivery: Delivery, notice: Notice, watch: Watch | None, now: datetime) -> Sending:
        """What this try adds to the alert."""
        first = delivery.first_tried_at
        return Sending(
            watch=delivery.watch,
            attempt=delivery.attempts + 1,
            repeated=delivery.maybe_sent,
            first_tried=first if first and now - first > LATE else None,
            resent=delivery.resend > 0,
            severity=severity(notice, watch),
            site=self._site,
        )

    def alert(
        self,
        channel: Channel,
        delivery: Delivery,
        notice: Notice,
        sending: Sending,
        before: Sequence[str],
    ) -> Outgoing:
        """One alert; `before`: keys of this receiver's earlier alerts of the meeting."""
        style = self.style(channel)
        write = partial(_composed, notice, style, sending)
        message = write(QUOTE)
        return Outgoing(
            key=delivery.sent_key,
            subject=message.subject,
            text=plain.brief(message)
            if delivery.bare
            else plain.text(message, with_subject=channel.kind != "email"),
            document=payload.document(notice, style.names, sending),
            compose=write,
            html=mail.page(message) if channel.kind == "email" else "",
            bare=delivery.bare,
            attempt=sending.attempt,
            thread=Conversation(root=notice.uid, before=tuple(before)),
            host=self._host,
        )

    def digest(
        self, channel: Channel, delivery: Delivery, notices: Sequence[Notice], sending: Sending, now: datetime
    ) -> Outgoing:
        """Several alerts as one message, oldest first, each with its own time."""
        style = self.style(channel)
        titles = style.words.digest
        pattern = {"muted": titles.muted, "quiet": titles.quiet}.get(delivery.held_for or "", titles.title)
        title = f"wirewatch: {pattern.format(count=len(notices))}"
        messages = [compose(notice, style, replace(sending, repeated=False)) for notice in notices]
        banners = [style.words.labels.repeated] if sending.repeated else []
        return Outgoing(
            key=f"digest/{delivery.sent_key}",
            subject=title,
            text="\n\n".join([*banners, *([title] if channel.kind != "email" else []), *map(_in_brief, messages)]),
            document=payload.digest(
                [payload.data(notice, style.names, sending) for notice in notices], title=title, now=now
            ),
            html=_digest_page(title, banners, messages),
            attempt=sending.attempt,
            host=self._host,
        )

    def operator(self, channel: Channel, delivery: Delivery, notice: OperatorNotice, now: datetime) -> Outgoing:
        """A trouble of our own, or the daily sign of life."""
        style = self.style(channel)
        words = style.words.operator
        if notice.cause == "heartbeat":
            subject = words.heartbeat if not notice.facts.get("unwell") else words.unwell
            lines = _beat(notice, style)
        else:
            cause = words.causes[notice.cause]  # type: ignore[index]
            subject = f"{words.title}: {cause}: {outside(notice.subject, 120)}"
            lines = [outside(line, _DETAIL) for line in notice.detail.splitlines()]
            lines.append(f"{moment(notice.first_at, style.words, style.zone)} · {words.times}: {notice.times}")
        text = "\n".join([*([style.words.labels.repeated] if delivery.maybe_sent else []), *lines])
        facts = {"cause": notice.cause, "subject": notice.subject, "detail": notice.detail, "times": notice.times}
        return Outgoing(
            key=delivery.sent_key,
            subject=subject,
            text=text if channel.kind == "email" else f"{subject}\n\n{text}",
            document=payload.operator(notice.cause, facts | notice.facts, now=now),
            attempt=delivery.attempts + 1,
            host=self._host,
        )

    def test(self, channel: Channel, now: datetime) -> Outgoing:
        """A message that only says that it is a test."""
        label = self.style(channel).words.labels.test
        return Outgoing(
            key=f"test/{int(now.timestamp())}",
            subject=f"wirewatch: {channel.name}",
            text=label,
            document=payload.operator("test", {"channel": channel.name, "text": label}, now=now),
            host=self._host,
        )


def severity(notice: Notice, watch: Watch | None) -> str:
    """How loud an alert is: as the watch says, else by the kind of change."""
    return (watch.severity if watch else None) or severity_of(notice.kind)


def _composed(notice: Notice, style: Style, sending: Sending, most: int) -> Message:
    return compose(notice, style, sending, most=most)


def _in_brief(message: Message) -> str:
    links = [link for link in (message.url, message.page) if link]
    quote = [message.words.quoted(outside(message.quote, 200))] if message.quote else []
    return "\n".join([message.subject, *quote, f"— {message.outlet}, {message.when}", *links])


def _digest_page(title: str, banners: Sequence[str], messages: Sequence[Message]) -> str:
    parts = [f"<p><strong>{escape(banner)}</strong></p>" for banner in banners]
    parts += [f"<h2>{escape(message.subject)}</h2>{mail.fragment(message)}<hr>" for message in messages]
    language = messages[0].words.language if messages else "en"
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{escape(title)}</title></head>'
        f'<body style="font-family:sans-serif;max-width:600px">{"".join(parts)}</body></html>'
    )


def _beat(notice: OperatorNotice, style: Style) -> list[str]:
    words, facts = style.words.operator, notice.facts
    silent = ", ".join(outside(name, 60) for name in facts.get("silent", []))
    last = _moment_of(facts.get("last_article"), style)
    accepted = _moment_of(facts.get("configuration"), style)
    return [
        f"{words.feeds}: {facts.get('feeds', 0)}, {words.silent}: {len(facts.get('silent', []))}"
        + (f" ({silent})" if silent else ""),
        f"{words.last_article}: {last}",
        f"{words.alerts_today}: {facts.get('alerts', 0)}",
        f"{words.dead}: {facts.get('dead', 0)}",
        f"{words.configuration}: {accepted}",
        *(outside(line, _DETAIL) for line in facts.get("troubles", [])),
    ]


def _moment_of(iso: str | None, style: Style) -> str:
    if not iso:
        return style.words.operator.never
    return moment(datetime.fromisoformat(iso).astimezone(UTC), style.words, style.zone)
