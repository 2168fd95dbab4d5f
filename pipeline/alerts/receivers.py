"""The channels of config/alerts.yml, each with the language and time zone of its readers."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    Field,
    SecretStr,
    StringConstraints,
    field_validator,
    model_validator,
)

from pipeline.errors import ConfigurationError
from pipeline.yaml_file import LanguageCode, StrictModel

ChannelName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([_-][a-z0-9]+)*$", max_length=60)]
Variable = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
_MAIL = re.compile(r"[^@\s<>,;:\"()]+@[^@\s<>,;:\"()]+")


def _known_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("expected an IANA time zone, like Europe/Istanbul") from None
    return value


Zone = Annotated[str, AfterValidator(_known_zone)]
Mail = Annotated[str, StringConstraints(pattern=_MAIL.pattern, max_length=254)]


class ChannelBase(StrictModel):
    """What every channel may say."""

    name: ChannelName
    language: LanguageCode = Field(
        default="en", description="Language of the labels, dates and names: a file of config/messages"
    )
    zone: Zone = Field(default="UTC", description="Time zone the readers live in, like Europe/Istanbul")
    per_minute: int = Field(default=30, ge=1, le=600, description="Messages a minute, at most")


class ConsoleChannel(ChannelBase):
    """Lines on standard error: in the terminal, or in the log of the Airflow task."""

    kind: Literal["console"]
    per_minute: int = 600


class FileChannel(ChannelBase):
    """One JSON document a line, appended to a file."""

    kind: Literal["file"]
    per_minute: int = 600
    path: str = Field(default="alerts.jsonl", min_length=1, description="File below the data folder")

    @field_validator("path")
    @classmethod
    def _stays_below(cls, value: str) -> str:
        path = PurePosixPath(value)
        if path.is_absolute() or ".." in path.parts or "\\" in value:
            raise ValueError("expected a path below the data folder, like alerts.jsonl")
        return value


class AddressedChannel(ChannelBase):
    """A channel that needs an address, which may be a secret."""

    url: SecretStr | None = Field(default=None, description="The address itself")
    url_env: Variable | None = Field(
        default=None, description="Name of the environment variable that holds the address, to keep it secret"
    )

    @model_validator(mode="after")
    def _one_address(self) -> Self:
        if (self.url is None) == (self.url_env is None):
            raise ValueError("expected either url or url_env")
        return self

    def address(self, environ: Mapping[str, str] = os.environ) -> str:
        """The address alerts are sent to.

        Raises:
            ConfigurationError: the environment variable is not set.
        """
        return secret_of(self.url, self.url_env, f"the address of the alert channel {self.name}", environ)


class AppriseChannel(AddressedChannel):
    """Any of the services Apprise knows: Telegram, Discord, Matrix, ntfy, Teams, …"""

    kind: Literal["apprise"]
    per_minute: int = Field(default=20, ge=1, le=600, description="Messages a minute, at most")


class SlackChannel(AddressedChannel):
    """An incoming webhook of Slack; the message comes as blocks."""

    kind: Literal["slack"]


class EmailChannel(AddressedChannel):
    """Mail by SMTP: one message for each receiver, threaded by meeting. The address is smtp://user:password@host:587
    (TLS where the server offers it), smtp+starttls:// (TLS or nothing) or smtps://."""

    kind: Literal["email"]
    to: list[Mail] = Field(min_length=1, description="Receivers: each gets a message of its own")
    sender: Mail = Field(description="Address in From")


class WebhookChannel(AddressedChannel):
    """An HTTP POST of the alert as JSON, signed as Standard Webhooks where a secret is set."""

    kind: Literal["webhook"]
    per_minute: int = Field(default=120, ge=1, le=6000, description="Messages a minute, at most")
    secret: SecretStr | None = Field(
        default=None, description="whsec_ and base64: the key the body is signed with"
    )
    secret_env: Variable | None = Field(default=None, description="Name of the variable that holds the secret")

    @model_validator(mode="after")
    def _one_secret(self) -> Self:
        if self.secret is not None and self.secret_env is not None:
            raise ValueError("expected either secret or secret_env")
        return self

    def key(self, environ: Mapping[str, str] = os.environ) -> str | None:
        """The signing secret; None where the channel does not sign.

        Raises:
            ConfigurationError: the environment variable is not set.
        """
        if self.secret is None and self.secret_env is None:
            return None
        return secret_of(self.secret, self.secret_env, f"the secret of the alert channel {self.name}", environ)


Channel = Annotated[
    ConsoleChannel | FileChannel | AppriseChannel | SlackChannel | EmailChannel | WebhookChannel,
    Field(discriminator="kind"),
]


def secret_of(value: SecretStr | None, variable: str | None, what: str, environ: Mapping[str, str]) -> str:
    """A secret from the file, or from the variable the file names.

    Raises:
        ConfigurationError: the variable is not set.
    """
    if value is not None:
        return value.get_secret_value()
    assert variable is not None
    if not environ.get(variable):
        raise ConfigurationError([f"{variable}: expected {what} (got nothing)"])
    return environ[variable]
