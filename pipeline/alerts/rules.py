"""What config/alerts.yml may say: where alerts can go, and which go where."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, SecretStr, StringConstraints, field_validator, model_validator

from pipeline.errors import ConfigurationError
from pipeline.yaml_file import StrictModel, mistakes, unique

ChangeName = Literal[
    "cancelled", "postponed", "rescheduled", "reinstated", "contested", "will_not_attend", "retracted"
]
RuleName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([_-][a-z0-9]+)*$", max_length=60)]
# As the gazetteer writes them; whether it knows them is looked up when all of config/ is read.
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,}$")]
Person = Annotated[str, StringConstraints(pattern=r"^per:[a-z]+\.[a-z0-9_]+$")]


class ConsoleChannel(StrictModel):
    """Lines on standard error: in the terminal, or in the log of the Airflow task."""

    name: RuleName
    kind: Literal["console"]


class FileChannel(StrictModel):
    """One JSON document a line, appended to a file."""

    name: RuleName
    kind: Literal["file"]
    path: str = Field(default="alerts.jsonl", min_length=1, description="File below the data folder")

    @field_validator("path")
    @classmethod
    def _stays_below(cls, value: str) -> str:
        path = PurePosixPath(value)
        if path.is_absolute() or ".." in path.parts or "\\" in value:
            raise ValueError("expected a path below the data folder, like alerts.jsonl")
        return value


class _AddressedChannel(StrictModel):
    name: RuleName
    url: SecretStr | None = Field(default=None, description="The address itself")
    url_env: Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")] | None = Field(
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
        if self.url is not None:
            return self.url.get_secret_value()
        assert self.url_env is not None
        if not environ.get(self.url_env):
            problem = f"{self.url_env}: expected the address of the alert channel {self.name} (got nothing)"
            raise ConfigurationError([problem])
        return environ[self.url_env]


class AppriseChannel(_AddressedChannel):
    """Any of the services Apprise knows: e-mail, Telegram, Slack, Matrix, …"""

    kind: Literal["apprise"]


class WebhookChannel(_AddressedChannel):
    """An HTTP POST of the alert as JSON."""

    kind: Literal["webhook"]


Channel = Annotated[ConsoleChannel | FileChannel | AppriseChannel | WebhookChannel, Field(discriminator="kind")]


class AlertRule(StrictModel):
    """Which alerts go to which channels. What is left out does not restrict."""

    name: RuleName
    changes: list[ChangeName] = Field(default_factory=list, description="Kinds of change; none named: all")
    countries: list[Country] = Field(
        default_factory=list,
        description="Codes from config/gazetteer/countries.csv, as RU or NATO, that must all be parties",
    )
    people: list[Person] = Field(
        default_factory=list, description="Ids from config/gazetteer/people.csv, one of whom must take part"
    )
    min_confidence: float = Field(default=0.0, ge=0, le=1, description="Least confidence of the proof")
    channels: list[RuleName] = Field(min_length=1, description="Names of channels above")

    def applies(self, change: str, countries: Collection[str], people: Collection[str], confidence: float) -> bool:
        """True where an alert of this kind goes to the channels of this rule."""
        return (
            (not self.changes or change in self.changes)
            and set(self.countries) <= set(countries)
            and (not self.people or not set(self.people).isdisjoint(people))
            and confidence >= self.min_confidence
        )


class AlertRules(StrictModel):
    """The whole of config/alerts.yml."""

    model_config = ConfigDict(title="wirewatch alerts")

    channels: Annotated[list[Channel], unique("name")] = Field(min_length=1)
    rules: Annotated[list[AlertRule], unique("name")] = Field(min_length=1)

    @model_validator(mode="after")
    def _channels_exist(self) -> Self:
        known = {channel.name for channel in self.channels}
        found: list[tuple[tuple[int | str, ...], str, Any]] = [
            (("rules", index, "channels", place), "expected the name of a channel above", name)
            for index, rule in enumerate(self.rules)
            for place, name in enumerate(rule.channels)
            if name not in known
        ]
        if found:
            raise mistakes(found)
        return self

    def channels_for(
        self, change: str, countries: Collection[str], people: Collection[str], confidence: float
    ) -> tuple[str, ...]:
        """Names of the channels an alert goes to, each once, in the order of the file.

        `change` is a kind of change, `countries` and `people` are the parties (`RU`, `per:ru.lavrov`),
        `confidence` that of the proof.
        """
        wanted = {
            name
            for rule in self.rules
            if rule.applies(change, countries, people, confidence)
            for name in rule.channels
        }
        return tuple(channel.name for channel in self.channels if channel.name in wanted)
