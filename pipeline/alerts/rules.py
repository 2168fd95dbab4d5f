"""The schema of config/alerts.yml: channels, watches, and who is alerted to wirewatch's own problems."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Self

from pydantic import ConfigDict, Field, model_validator

from pipeline.alerts.receivers import Channel, FileChannel
from pipeline.alerts.watches import CHANGES_OF_PLAN, AlertRule, Operator, Watch
from pipeline.records import AlertFacts
from pipeline.yaml_file import StrictModel, mistakes, unique

_Loc = tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class Route:
    """One channel an alert goes to, and the watch that sends it there."""

    channel: str
    watch: str


class AlertRules(StrictModel):
    """The whole of config/alerts.yml."""

    model_config = ConfigDict(title="wirewatch alerts")

    channels: Annotated[list[Channel], unique("name")] = Field(min_length=1)
    operator: Operator = Field(default_factory=Operator)
    rules: Annotated[list[AlertRule], unique("name")] = Field(default_factory=list)
    watches: Annotated[list[Watch], unique("name")] = Field(default_factory=list)

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        if not self.rules and not self.watches:
            raise ValueError("expected watches or rules: nobody would hear of anything")
        known = {channel.name for channel in self.channels}
        found = [
            (place, "expected the name of a channel above", name)
            for place, name in self._named_channels()
            if name not in known
        ]
        ruled = {rule.name for rule in self.rules}
        found += [
            (("watches", n, "name"), "expected a name of its own, a rule has it already", watch.name)
            for n, watch in enumerate(self.watches)
            if watch.name in ruled
        ]
        if found:
            raise mistakes(found)
        return self

    def _named_channels(self) -> list[tuple[_Loc, Any]]:
        found: list[tuple[_Loc, Any]] = [
            ((part, index, "channels", place), name)
            for part in ("rules", "watches")
            for index, rule in enumerate(getattr(self, part))
            for place, name in enumerate(rule.channels)
        ]
        found += [(("operator", "channels", place), name) for place, name in enumerate(self.operator.channels)]
        beat = self.operator.heartbeat
        names = beat.channels if beat else []
        return found + [(("operator", "heartbeat", "channels", place), name) for place, name in enumerate(names)]

    @property
    def all_watches(self) -> tuple[Watch, ...]:
        """Rules and watches, as watches, in the order of the file."""
        return (*(rule.as_watch() for rule in self.rules), *self.watches)

    def is_asked_for(self, kind: str) -> bool:
        """Whether some watch wants alerts of a kind at all."""
        return any(kind in (watch.changes or CHANGES_OF_PLAN) for watch in self.all_watches)

    def watch(self, name: str) -> Watch | None:
        """The watch or rule of a name."""
        return next((watch for watch in self.all_watches if watch.name == name), None)

    def channel(self, name: str) -> Channel | None:
        """The channel of a name."""
        return next((channel for channel in self.channels if channel.name == name), None)

    def routes(self, facts: AlertFacts) -> tuple[Route, ...]:
        """Where an alert goes: each channel once, by the most urgent watch that wants it."""
        chosen: dict[str, Watch] = {}
        for watch in self.all_watches:
            if not watch.applies(facts):
                continue
            for name in watch.channels:
                if name not in chosen or watch.urgency < chosen[name].urgency:
                    chosen[name] = watch
        return tuple(Route(c.name, chosen[c.name].name) for c in self.channels if c.name in chosen)

    def operator_channels(self) -> tuple[str, ...]:
        """Who hears of troubles: the channels of `operator`, else the console where there is one."""
        if self.operator.channels:
            return tuple(self.operator.channels)
        return tuple(c.name for c in self.channels if c.kind == "console")


def fallback() -> AlertRules:
    """What holds where no alerts.yml was ever accepted: everything into the alert file; nothing is lost."""
    file = FileChannel(name="file", kind="file")
    return AlertRules(channels=[file], rules=[AlertRule(name="everything", channels=["file"])])
