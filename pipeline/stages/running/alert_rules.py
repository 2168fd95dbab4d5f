"""alerts.yml while stages run: read again where it changed; a bad one leaves the last good one in force."""

from __future__ import annotations

from pathlib import Path

import structlog
from sqlalchemy import Engine

from pipeline.alerts.rules import AlertRules, fallback
from pipeline.configuration import Configuration
from pipeline.configuration.alert_rules import FILE, alerts_text, parse_alerts
from pipeline.errors import ConfigurationError
from pipeline.store.alert_settings import last_accepted

log = structlog.get_logger(__name__)


class CurrentAlerts:
    """The rules in force. `refused` lists what is wrong with the file; `text` is that of the rules in force."""

    def __init__(self, engine: Engine, configuration: Configuration, config_dir: Path) -> None:
        self._engine, self._configuration, self._config_dir = engine, configuration, config_dir
        file = configuration.alert_file
        self._seen = self.text = file.text
        self.refused = file.refused
        self._rules = self._last_good() if self.refused else file.rules

    def rules(self) -> AlertRules:
        """The alert rules in force now."""
        if self._configuration.alert_file.text is None:  # of no file: the demo's
            return self._rules
        try:
            text = alerts_text(self._config_dir)
        except ConfigurationError as error:
            text, self.refused = "", tuple(error.problems)
        if text != self._seen:
            self._seen = text
            self._read(text)
        return self._rules

    def _read(self, text: str) -> None:
        try:
            self._rules = self._parse(text)
            self.text, self.refused = text, ()
            log.info("alerts.yml was read again")
        except ConfigurationError as error:
            self.refused = tuple(error.problems)
            log.warning("alerts.yml was refused, the last good one stays in force", problems=error.problems)

    def _parse(self, text: str) -> AlertRules:
        return parse_alerts(text, self._configuration.vocabulary, name=f"{self._config_dir.name}/{FILE}")

    def _last_good(self) -> AlertRules:
        """The file as it was last accepted; where there was none, everything into the alert file."""
        with self._engine.connect() as conn:
            last = last_accepted(conn)
        self.text = None
        if last is None:
            return fallback()
        try:
            return self._parse(last[0])
        except ConfigurationError as error:
            log.warning("the last good alerts.yml no longer holds", problems=error.problems)
            return fallback()
