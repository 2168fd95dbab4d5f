"""A configuration folder and a context of a test's own: the real rules, the test's feeds."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import replace
from functools import cache
from pathlib import Path

import yaml
from sqlalchemy import Engine

from pipeline.configuration import Configuration, load_configuration
from pipeline.configuration.folder import read_yaml
from pipeline.configuration.parts import digest_of
from pipeline.feeds.catalogue import FeedCatalogue
from pipeline.settings import CHECKOUT, Settings, load_settings
from pipeline.stages.line import Context


def config_with(folder: Path, feeds: Sequence[dict[str, object]]) -> Path:
    """Copy config/ into `folder` with these feeds in place of the shipped ones."""
    target = folder / "config"
    shutil.copytree(CHECKOUT / "config", target)
    (target / "feeds.yml").write_text(yaml.safe_dump({"feeds": list(feeds)}, allow_unicode=True))
    return target


def source(key: str, url: str, **changes: object) -> dict[str, object]:
    """One entry of feeds.yml; an English agency unless told otherwise."""
    return {
        "key": key,
        "url": url,
        "outlet": key.title(),
        "language": "en",
        "zone": "UTC",
        "country": "INT",
        "kind": "agency",
        **changes,
    }


def worker_settings(database_url: str, config_dir: str, data_dir: str, private: str, *, batch: int) -> Settings:
    """Settings of a program that a test starts and breaks: leases of a second, no pauses between requests.

    The texts are as they come from a command line; `private` is host:port of the newsroom.
    """
    return load_settings(
        database_url=database_url,
        config_dir=Path(config_dir),
        data_dir=Path(data_dir),
        allow_private=private,
        workers=1,
        batch=batch,
        lease_s=1,
        host_delay_s=0,
    )


@contextmanager
def stage_context(
    engine: Engine, folder: Path, feeds: Sequence[dict[str, object]], *, private: str, **settings: object
) -> Iterator[Context]:
    """A context on the test's database that may ask the local server `private` (host:port)."""
    chosen = load_settings(
        config_dir=config_with(folder, feeds),
        data_dir=folder / "data",
        allow_private=private,
        **{"workers": 1, "host_delay_s": 0, "poll_interval_s": 30, **settings},
    )
    with Context(chosen, engine, _with_feeds_of(chosen.config_dir)) as ctx:
        yield ctx


@cache
def _shipped() -> Configuration:
    """Read once for all tests of a process: it takes almost two seconds."""
    return load_configuration(CHECKOUT / "config")


def _with_feeds_of(config: Path) -> Configuration:
    """The shipped rules with the feeds of a copy, and alert rules that a test may change."""
    copied = replace(_shipped(), folder=config, digest=digest_of(config))
    feeds = tuple(read_yaml(config, "feeds.yml", FeedCatalogue).feeds)
    return copied.with_parts(feeds=feeds, alert_file=deepcopy(copied.alert_file))
