"""Mail by SMTP, one message and one receiver at a time: its own result, its own code, its place in the thread."""

from __future__ import annotations

import hashlib
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from pipeline.alerts.delivery import of_smtp
from pipeline.alerts.outside import outside
from pipeline.alerts.receivers import EmailChannel
from pipeline.alerts.senders.outgoing import Outgoing
from pipeline.errors import ConfigurationError, DeliveryError

_TIMEOUT_S = 20
_FAREWELL_S = 3
_PORTS = {"smtp": 587, "smtp+starttls": 587, "smtps": 465}
_SUBJECT = 250  # characters
_IN_THREAD = 20  # references kept


class _Policy(EmailPolicy):
    """As the library's for SMTP, but for the subject: where words of two scripts meet its folding loses blanks."""

    def _fold(self, name: str, value: str, refold_binary: bool = False) -> str:
        if name.lower() == "subject" and not str(value).isascii():
            folded = Header(str(value), "utf-8", maxlinelen=76, header_name=name).encode(linesep="\r\n")
            return f"{name}: {folded}\r\n"
        return super()._fold(name, value, refold_binary)  # type: ignore[misc, no-any-return]


_POLICY = _Policy(linesep=SMTP.linesep, raise_on_defect=False)


def send(channel: EmailChannel, receiver: str, outgoing: Outgoing) -> str:
    """Send to one receiver; returns what the server said on taking it.

    Raises:
        DeliveryError: with the class of the error.
    """
    mail = message(channel, receiver, outgoing, now=datetime.now(UTC))
    try:
        address = urlsplit(channel.address())
        if address.scheme not in _PORTS or not address.hostname:
            raise ConfigurationError(["expected smtp://, smtp+starttls:// or smtps:// and a host"])
        port = address.port or _PORTS[address.scheme]
    except (ConfigurationError, ValueError) as error:
        text = str(error) if isinstance(error, ConfigurationError) else "the address cannot be read"
        raise DeliveryError(text, kind="misconfigured") from None
    handed_over = False
    try:
        with _session(address.scheme, address.hostname, port) as server:
            if address.username:
                server.login(unquote(address.username), unquote(address.password or ""))
            code, said = server.mail(channel.sender)
            _expect(code, said, (250,), "MAIL FROM")
            code, said = server.rcpt(receiver)
            _expect(code, said, (250, 251), "RCPT TO")
            handed_over = True
            code, said = server.data(mail.as_bytes(policy=_POLICY))
            _expect(code, said, (250,), "DATA")
            return said.decode("utf-8", "replace")[:200]
    except DeliveryError:
        raise
    except smtplib.SMTPAuthenticationError as error:
        raise DeliveryError("the login was refused", kind="misconfigured", code=str(error.smtp_code)) from None
    except smtplib.SMTPResponseException as error:
        raise _refused(error.smtp_code, error.smtp_error, "the server") from None
    except (smtplib.SMTPNotSupportedError, ssl.SSLCertVerificationError) as error:
        raise DeliveryError(f"{type(error).__name__}: {error}", kind="misconfigured") from None
    except (OSError, smtplib.SMTPException) as error:
        kind = "unsure" if handed_over else "down"
        raise DeliveryError(f"no answer: {type(error).__name__}", kind=kind) from None


def message(channel: EmailChannel, receiver: str, outgoing: Outgoing, *, now: datetime) -> EmailMessage:
    """The mail itself: text first, then HTML; its Message-ID is the same at every try."""
    mail = EmailMessage(policy=_POLICY)
    mail["Subject"] = outside(outgoing.subject, _SUBJECT)
    mail["From"] = _address("wirewatch", channel.sender)
    mail["To"] = _address("", receiver)
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = message_id(outgoing.key, receiver, outgoing.host)
    before = [message_id(key, receiver, outgoing.host) for key in outgoing.thread.before[-_IN_THREAD:]]
    root = [f"<{_token(outgoing.thread.root)}@{outgoing.host}>"] if outgoing.thread.root else []
    if before:
        mail["In-Reply-To"] = before[-1]
    if root or before:
        mail["References"] = " ".join([*root, *before])
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail["List-Id"] = f"<{channel.name}.{outgoing.host}>"
    if outgoing.unsubscribe:
        mail["List-Unsubscribe"] = f"<{outgoing.unsubscribe}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
    mail["X-Wirewatch-Key"] = outgoing.key
    mail.set_content(outgoing.text, cte="quoted-printable")
    if outgoing.html and not outgoing.bare:
        mail.add_alternative(outgoing.html, subtype="html", cte="quoted-printable")
    return mail


def message_id(key: str, receiver: str, host: str) -> str:
    """The id of one alert's mail to one receiver."""
    return f"<{_token(f'{key} {receiver.lower()}')}@{host}>"


def _token(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _address(name: str, mail: str) -> Address:
    user, _, domain = mail.rpartition("@")
    return Address(name, user, domain)


@contextmanager
def _session(scheme: str, host: str, port: int) -> Iterator[smtplib.SMTP]:
    """A connection that is closed at the end. How the server says goodbye changes nothing about the message."""
    server = _connect(scheme, host, port)
    try:
        yield server
    finally:
        with suppress(OSError, smtplib.SMTPException):
            if server.sock is not None:
                server.sock.settimeout(_FAREWELL_S)
            server.quit()
        server.close()


def _connect(scheme: str, host: str, port: int) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port, timeout=_TIMEOUT_S, context=context)
    server = smtplib.SMTP(host, port, timeout=_TIMEOUT_S)
    with ExitStack() as unless_ready:
        unless_ready.callback(server.close)
        server.ehlo()
        if scheme == "smtp+starttls" or server.has_extn("starttls"):
            server.starttls(context=context)
            server.ehlo()
        unless_ready.pop_all()
    return server


def _expect(code: int, said: bytes, good: tuple[int, ...], step: str) -> None:
    if code not in good:
        raise _refused(code, said, step)


def _refused(code: int, said: bytes | str, step: str) -> DeliveryError:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    shown = outside(text, 200)
    return DeliveryError(f"{step}: {code} {shown}", kind=of_smtp(code, text.strip()), code=str(code))
