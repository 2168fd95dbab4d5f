"""Every other service, through Apprise: one receiver per object, the format that is right for the service.

Apprise says only whether it worked; the class of a failure comes from the answers to its requests. Where it asked
none (services that are not HTTP), a failure is `unsure`: the message may have arrived.
"""

from __future__ import annotations

import logging
import re
from typing import Any

from pipeline.alerts.formats.services import fitted, service_of
from pipeline.alerts.receivers import AppriseChannel
from pipeline.alerts.senders.answers import listening
from pipeline.alerts.senders.outgoing import Outgoing
from pipeline.errors import ConfigurationError, DeliveryError

# Options that would retry, hide a failure, cut or convert behind our back.
_OURS = frozenset({"retry", "wait", "optional", "overflow", "format", "redirect", "tz", "cto", "rto"})
_LISTS = ("targets", "cc", "bcc")
_TITLE = 250


def receivers(channel: AppriseChannel) -> list[str]:
    """The targets an address names, each to be sent to by itself; [""] where it has one receiver.

    Raises:
        DeliveryError: the address is unset, unknown, or carries an option that is ours to decide.
    """
    parts = _parts(channel)
    targets = [str(target) for target in _targets(parts)]
    return targets if len(targets) > 1 else [""]


def send(channel: AppriseChannel, receiver: str, outgoing: Outgoing) -> None:
    """Send to one target of the address.

    Raises:
        DeliveryError: with the class of the error, as far as Apprise reports it.
    """
    parts = _parts(channel)
    service = service_of(f"{parts['schema']}://")
    plugin = _instance(parts, receiver)
    titled = service.titled and len(outgoing.subject) <= _TITLE
    if outgoing.compose is None or outgoing.bare:
        body = _short(outgoing, service.limit, markdown=service.body_format == "markdown")
        titled = False
    else:
        body = fitted(service, outgoing.compose)
    import apprise  # knows a hundred services and takes its time

    _keep_apprise_quiet()
    # Not plugin.notify: only Apprise as a whole converts to the format of the service, which escapes the text.
    whole = apprise.Apprise(asset=plugin.asset)
    whole.add(plugin)
    with listening() as answers:
        took = whole.notify(
            # Many services put the title into the text, where an @ may ring a whole team.
            title=outgoing.subject.replace("@", "@\u200b") if titled else "",
            body=body,
            body_format=apprise.NotifyFormat(service.body_format),
        )
    failure = answers[-1].failure() if answers else None
    if not took and failure is None:
        failure = DeliveryError("the service did not take the message", kind="down" if answers else "unsure")
    if failure is not None:
        raise failure


def _parts(channel: AppriseChannel) -> dict[str, Any]:
    import apprise
    from apprise.plugins import url_to_dict

    try:
        address = channel.address()
    except ConfigurationError as error:
        raise DeliveryError(str(error), kind="misconfigured") from None
    parts = url_to_dict(address)  # type: ignore[no-untyped-call]
    if not parts or not apprise.Apprise.instantiate(address):
        raise DeliveryError("Apprise does not know this kind of address", kind="misconfigured")
    if forbidden := _OURS & {name.lower() for name in parts.get("qsd", {})}:
        names = ", ".join(sorted(forbidden))
        raise DeliveryError(f"the address must not set {names}: wirewatch does", kind="misconfigured")
    return dict(parts)


def _targets(parts: dict[str, Any]) -> list[Any]:
    found = parts.get("targets") or []
    if isinstance(found, str):  # mail gives one string
        from apprise.utils.parse import parse_emails

        return list(parse_emails(found))  # type: ignore[no-untyped-call]
    return list(found)


def _instance(parts: dict[str, Any], receiver: str) -> Any:
    import apprise

    asset = apprise.AppriseAsset(app_id="wirewatch", app_desc="wirewatch", app_url="", async_mode=False)
    chosen = {name: value for name, value in parts.items() if not (receiver and name in _LISTS)}
    if receiver:
        wanted = [target for target in _targets(parts) if str(target) == receiver]
        if not wanted:
            raise DeliveryError("the address no longer names this receiver", kind="bad_receiver")
        chosen["targets"] = wanted
    options = {"rto": "15", "redirect": "no", "footer": "no", "image": "no", "avatar": "no"}
    chosen |= {"rto": 15.0, "redirect": False, "include_image": False, "footer": False}
    chosen["qsd"] = {**parts.get("qsd", {}), **options}
    plugin = apprise.Apprise.instantiate(chosen, asset=asset)
    if not plugin:
        raise DeliveryError("Apprise does not take this address", kind="misconfigured")
    return plugin


def _short(outgoing: Outgoing, limit: int, *, markdown: bool) -> str:
    from pipeline.alerts.formats.markdown import escape
    from pipeline.alerts.outside import cut

    if not markdown:
        return cut(outgoing.text.replace("@", "@\u200b"), limit)
    # Addresses of ours stand on lines of their own: kept whole in angle brackets.
    lines = [
        f"<{line}>" if re.fullmatch(r"https?://\S+", line) else escape(line) for line in outgoing.text.splitlines()
    ]
    text = "\n".join(lines)
    return text if len(text) <= limit else cut(text, limit)


def _keep_apprise_quiet() -> None:
    """Apprise's own log lines may hold addresses, which are secrets: they go nowhere."""
    logger = logging.getLogger("apprise")
    logger.propagate = False
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
