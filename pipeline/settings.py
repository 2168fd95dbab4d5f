"""WIREWATCH_* environment variables as one frozen value. Reading it has no effect on the world."""

from __future__ import annotations

import difflib
import os
import re
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from pipeline.errors import ConfigurationError
from pipeline.shipped_files import CHECKOUT as CHECKOUT
from pipeline.shipped_files import INSTALLED
from pipeline.shipped_files import shipped as shipped


def _default_data_dir() -> Path:
    """Beside the code in a checkout that can be written to, else the XDG data folder."""
    if (CHECKOUT / "pyproject.toml").exists() and os.access(CHECKOUT, os.W_OK):
        return CHECKOUT / ".wirewatch"
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "wirewatch"


LOCAL_NAMES = ("127.0.0.1", "localhost")  # of this machine
LOOPBACK = (*LOCAL_NAMES, "::1")


class Settings(BaseSettings):
    """Where things are and how hard to work. config/example.env explains each variable."""

    model_config = SettingsConfigDict(env_prefix="WIREWATCH_", frozen=True, extra="ignore")

    database_url: str | None = Field(
        default=None,
        description="PostgreSQL 16+ to use instead of the embedded server: postgresql://user:password@host:port/name",
    )
    database: str | None = Field(
        default=None, description="Another database on the same server, by name; demo: that of `make demo`"
    )
    database_port: int | None = Field(
        default=None,
        ge=1024,
        le=65535,
        description="Port of 127.0.0.1 on which the embedded server takes analysts with a password; none: no port",
    )
    data_dir: Path = Field(
        default_factory=_default_data_dir, description="Folder of the embedded server, the alert file and logs"
    )
    config_dir: Path = Field(default=shipped("config"), description="Folder of the YAML and CSV files")
    sql_dir: Path = Field(default=shipped("sql"), description="Folder of migrations, views and cookbook")
    contact: str = Field(
        default="https://example.invalid/set-WIREWATCH_CONTACT",
        description="Address or page named in the user agent, so that sites can reach you; please set it",
    )
    allow_private: str = Field(
        default="",
        description="host:port pairs, comma-separated, that may be requested although private (demo, tests)",
    )
    poll_interval_s: int = Field(
        default=600, ge=30, description="Seconds between two polls of a feed whose rhythm is not known yet (600)"
    )
    poll_floor_s: int = Field(
        default=120, ge=30, description="Shortest pause between two polls of one feed, in seconds (120)"
    )
    poll_ceiling_s: int = Field(
        default=86_400, ge=60, description="Longest pause between two polls of one feed, in seconds (86400)"
    )
    poll_patience: float = Field(
        default=8.0,
        gt=0,
        description="Minutes that new items may wait, added up over all of them, before a poll is worthwhile (8)",
    )
    host_delay_s: float = Field(
        default=2.0, ge=0, description="Seconds between two requests to one host, across all processes (2)"
    )
    domain_delay_s: float = Field(
        default=0.5, ge=0, description="Seconds between two requests to the hosts of one registrable domain (0.5)"
    )
    host_requests: int = Field(default=2, ge=1, description="Requests under way to one host, at most (2)")
    domain_requests: int = Field(
        default=4, ge=1, description="Requests under way to the hosts of one registrable domain, at most (4)"
    )
    requests: int = Field(default=100, ge=1, description="Requests one process has under way, to all hosts (100)")
    http_timeout_s: float = Field(
        default=60.0, gt=0, description="Total seconds one request may take, redirects included (60)"
    )
    workers: int = Field(
        default_factory=lambda: os.cpu_count() or 1,
        ge=1,
        description="Worker processes that read pages (one for each core)",
    )
    batch: int = Field(default=50, ge=1, le=1000, description="Rows a stage claims at once (50)")
    lease_s: int = Field(
        default=300, ge=1, description="Seconds until the rows of a dead worker go to another (300)"
    )
    stage_budget_s: int = Field(
        default=240,
        ge=1,
        description="Seconds after which a stage stops claiming rows; the rest waits for its next run (240)",
    )
    line_s: int = Field(
        default=1220,
        ge=5,
        description="Seconds one run of the DAG ingest works; the next starts 20 seconds before it ends (1220)",
    )
    max_attempts: int = Field(
        default=8, ge=1, description="Tries of one page, over two days, before it counts as abandoned (8)"
    )
    page_timeout_s: float = Field(
        default=30.0, gt=0, description="Seconds of CPU one page may take before its worker is killed (30)"
    )
    page_memory_mb: int = Field(
        default=1024,
        ge=128,
        description="Megabytes a worker may need for a page, beyond what it starts with (1024)",
    )
    site_host: str = Field(default="127.0.0.1", description="Address the site listens on (127.0.0.1)")
    site_port: int = Field(default=8090, ge=0, le=65535, description="Port the site listens on (8090)")
    site_url: str = Field(
        default="",
        description="http(s) address under which hubs reach the site; without it no hub is asked to push",
        pattern=r"^(https?://\S+)?$",
    )
    site_token: str = Field(
        default="",
        description="Word of 16 characters or more; who knows it may log in on the site and correct meetings",
        pattern=r"^(\S{16,})?$",
    )
    site_proxies: str = Field(
        default="",
        description="Addresses of reverse proxies, comma-separated, whose X-Forwarded-User header is believed",
    )
    site_zone: str = Field(default="UTC", description="Time zone of readers of the site who chose none (UTC)")
    site_database_url: str | None = Field(
        default=None,
        description="postgresql://… with which the site reads; without it, the analysts' role on our own database",
    )
    copy_window_h: int = Field(
        default=72,
        ge=1,
        le=168,
        description="Hours between two texts that may be copies of one dispatch; at most 168 (72)",
    )
    keep_pages_d: int = Field(
        default=90,
        ge=30,
        description="Days we keep the raw bytes of a page; without them it cannot be processed again (90)",
    )
    keep_log_d: int = Field(default=90, ge=2, description="Days we keep the log of polls and fetches (90)")
    keep_fingerprints_d: int = Field(
        default=90, ge=35, description="Days a text can be compared with its edits and with copies (90)"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="WARNING", description="DEBUG, INFO, WARNING or ERROR; logs go to stderr (WARNING)"
    )

    @field_validator("allow_private")
    @classmethod
    def _pairs(cls, value: str) -> str:
        pairs = [pair.strip() for pair in value.split(",")]
        wrong = [pair for pair in pairs if pair and not re.fullmatch(r".+:\d{1,5}", pair)]
        if wrong:
            raise ValueError(f"expected host:port, found {wrong[0]!r}")
        return value

    @field_validator("site_zone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # OSError: a folder of zones, such as Europe
            message = f"expected a time zone such as Europe/Istanbul, found {value!r}"
            raise ValueError(message) from error
        return value

    @property
    def private_hosts(self) -> frozenset[str]:
        """`allow_private` as a set of host:port pairs."""
        return frozenset(filter(None, (pair.strip() for pair in self.allow_private.split(","))))


def load_settings(**overrides: object) -> Settings:
    """Read the environment.

    Raises:
        ConfigurationError: naming every variable that is wrong, and what was expected.
    """
    try:
        settings = Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        problems = [f"WIREWATCH_{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors()]
        raise ConfigurationError([*problems, *_misspelt()]) from error
    if problems := _misspelt():
        raise ConfigurationError(problems)
    return settings


def editable_config(settings: Settings) -> Path:
    """The folder of the configuration, for a command that changes it.

    Raises:
        ConfigurationError: it is the one inside the installed program, which the next update would replace.
    """
    if settings.config_dir.resolve().is_relative_to(INSTALLED):
        raise ConfigurationError(
            [f"{settings.config_dir} came with the program; write one of your own with `wirewatch init FOLDER`"]
        )
    return settings.config_dir


def _misspelt() -> list[str]:
    """Variables that are nearly one of ours. Others may be the secrets that alerts.yml names."""
    known = [f"WIREWATCH_{name.upper()}" for name in Settings.model_fields]
    strange = sorted(name for name in os.environ if name.startswith("WIREWATCH_") and name not in known)
    guesses = ((name, difflib.get_close_matches(name, known, n=1, cutoff=0.9)) for name in strange)
    return [f"{name}: no such variable, did you mean {guess[0]}?" for name, guess in guesses if guess]
