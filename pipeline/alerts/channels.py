"""The way out: who a channel's receivers are, and one message to one of them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import assert_never

from pipeline.alerts.receivers import (
    AppriseChannel,
    Channel,
    ConsoleChannel,
    EmailChannel,
    FileChannel,
    SlackChannel,
    WebhookChannel,
)
from pipeline.alerts.senders import file
from pipeline.alerts.senders.outgoing import Outgoing


def receivers(channel: Channel) -> list[str]:
    """Who a channel reaches: each gets deliveries of its own. [""] where there is no more than one.

    Raises:
        DeliveryError: the address cannot be used as it is.
    """
    match channel:
        case EmailChannel():
            return list(channel.to)
        case AppriseChannel():
            from pipeline.alerts.senders import apprise_service  # each sender is imported where it is used

            return apprise_service.receivers(channel)
        case _:
            return [""]


def send(channel: Channel, receiver: str, outgoing: Outgoing, *, data_dir: Path) -> str | None:
    """Deliver one message to one receiver; returns the receiver's own word for it where it gives one.

    Raises:
        DeliveryError: not delivered, or not known to be; `.kind` says which.
    """
    match channel:
        case ConsoleChannel():
            # stderr: stdout belongs to the verb's own result, which may be JSON
            sys.stderr.write(f"{outgoing.text}\n")
            sys.stderr.flush()
        case FileChannel():
            file.append(data_dir / channel.path, outgoing)
        case AppriseChannel():
            from pipeline.alerts.senders import apprise_service

            apprise_service.send(channel, receiver, outgoing)
        case SlackChannel():
            from pipeline.alerts.senders import webhook

            webhook.send_to_slack(channel, outgoing)
        case EmailChannel():
            from pipeline.alerts.senders import smtp

            return smtp.send(channel, receiver, outgoing)
        case WebhookChannel():
            from pipeline.alerts.senders import webhook

            webhook.send(channel, outgoing)
        case _:
            assert_never(channel)
    return None
