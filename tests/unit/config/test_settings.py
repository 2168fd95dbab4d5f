"""WIREWATCH_* variables: a mistake is named, never ignored."""

from __future__ import annotations

import pytest

from pipeline.errors import ConfigurationError
from pipeline.settings import load_settings


def test_every_wrong_variable_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIREWATCH_LEASE_S", "soon")
    monkeypatch.setenv("WIREWATCH_ALLOW_PRIVATE", "127.0.0.1:80, localhost")
    monkeypatch.setenv("WIREWATCH_POLL_INTERVAL", "60")
    with pytest.raises(ConfigurationError) as caught:
        load_settings()
    told = "\n".join(caught.value.problems)
    assert "WIREWATCH_LEASE_S: " in told
    assert "WIREWATCH_ALLOW_PRIVATE: " in told
    assert "'localhost'" in told
    assert "WIREWATCH_POLL_INTERVAL: no such variable, did you mean WIREWATCH_POLL_INTERVAL_S?" in told


def test_a_misspelt_variable_alone_is_a_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIREWATCH_CONTACTS", "x")
    with pytest.raises(ConfigurationError, match="did you mean WIREWATCH_CONTACT"):
        load_settings()


def test_secrets_of_channels_are_not_taken_for_mistakes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIREWATCH_DESK_URL", "https://hooks.example/secret")
    assert load_settings(allow_private="127.0.0.1:80, [::1]:81").private_hosts == {"127.0.0.1:80", "[::1]:81"}
