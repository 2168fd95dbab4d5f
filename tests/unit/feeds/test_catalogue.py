"""config/feeds.yml and what a feed's entry may say."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from pipeline.errors import ConfigurationError
from pipeline.feeds.catalogue import FeedCatalogue, FeedSource, address_key
from pipeline.feeds.codes import COUNTRIES, LANGUAGES
from pipeline.yaml_file import load, parse

CONFIG = Path(__file__).resolve().parents[3] / "config"
RIGHT = {
    "key": "harbour-en",
    "url": "https://harbour.example/rss",
    "outlet": "The Harbour Gazette",
    "language": "en",
    "zone": "Europe/Istanbul",
    "country": "TR",
    "kind": "newspaper",
}


def test_the_shipped_catalogue_is_right_and_broad() -> None:
    catalogue = load(CONFIG / "feeds.yml", FeedCatalogue)
    enabled = [feed for feed in catalogue.feeds if feed.enabled]
    assert len(enabled) >= 45
    for language in ("en", "ru", "tr"):
        assert sum(feed.language == language for feed in enabled) >= 15
    assert {"RU", "TR"} <= {feed.country for feed in enabled}
    assert {"agency", "newspaper", "broadcaster", "government", "online"} <= {feed.kind for feed in enabled}
    assert all(feed.expected_items_per_day for feed in enabled), "a feed without a rhythm cannot be missed"
    assert all(feed.notes for feed in catalogue.feeds if not feed.enabled), "say why a feed is off"
    assert all(feed.agency for feed in catalogue.feeds if feed.kind == "agency")


def test_the_shipped_catalogue_names_its_schema_for_editors() -> None:
    first_line = (CONFIG / "feeds.yml").read_text(encoding="utf-8").partition("\n")[0]
    assert first_line == "# yaml-language-server: $schema=schema/feeds.json"


def test_defaults() -> None:
    feed = FeedSource.model_validate(RIGHT)
    assert feed.enabled
    assert feed.agency is None
    assert feed.interval_s is None
    assert feed.expected_items_per_day is None
    with pytest.raises(ValidationError):
        feed.url = "https://elsewhere.example/"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("key", "Harbour EN"),
        ("key", "-harbour"),
        ("key", ""),
        ("url", "ftp://harbour.example/rss"),
        ("url", "harbour.example/rss"),
        ("url", "https://"),
        ("url", "https://user:word@harbour.example/rss"),
        ("url", "https://harbour.example:99999/rss"),
        ("url", "https://harbour.example/r ss"),
        ("url", "https://[::1/rss"),
        ("url", "file:///etc/passwd"),
        ("outlet", "  "),
        ("language", "eng"),
        ("language", "EN"),
        ("language", "xx"),
        ("zone", "Europe/Constantinople2"),
        ("zone", "Europe"),
        ("zone", "../UTC"),
        ("zone", "+03:00"),
        ("country", "UK"),
        ("country", "tr"),
        ("kind", "blog"),
        ("interval_s", 1),
        ("expected_items_per_day", 0),
        ("agency", ""),
    ],
)
def test_wrong_values_are_refused(field: str, value: object) -> None:
    with pytest.raises(ValidationError) as caught:
        FeedSource.model_validate(RIGHT | {field: value})
    assert [error["loc"] for error in caught.value.errors()] == [(field,)]


@pytest.mark.parametrize("country", ["EU", "INT"])
def test_outlets_beyond_one_country(country: str) -> None:
    assert FeedSource.model_validate(RIGHT | {"country": country}).country == country


def test_a_wrong_zone_comes_with_the_right_one() -> None:
    with pytest.raises(ValidationError, match="did you mean Europe/Moscow"):
        FeedSource.model_validate(RIGHT | {"zone": "Europe/Moskow"})


def test_keys_and_addresses_are_unique_and_reported_with_everything_else() -> None:
    text = """\
feeds:
  - {key: a, url: "https://a.example/rss", outlet: A, language: en, zone: UTC, country: GB, kind: online}
  - {key: a, url: "http://A.example/rss/", outlet: B, language: english, zone: UTC, country: GB, kind: online}
"""
    with pytest.raises(ConfigurationError) as caught:
        parse(text, FeedCatalogue, name="feeds.yml")
    places = [problem.split(": ")[1] for problem in caught.value.problems]
    assert places == ["feeds[1].key", "feeds[1].language", "feeds[1].url"]


@given(st.sampled_from(["http", "https"]), st.booleans())
def test_address_key_ignores_scheme_case_of_the_host_and_a_last_slash(scheme: str, slash: bool) -> None:
    assert address_key(f"{scheme}://Harbour.Example/Rss{'/' * slash}") == "harbour.example/Rss"
    assert address_key(f"{scheme}://harbour.example/rss?cat=1") != address_key("https://harbour.example/rss?cat=2")


def test_code_lists_are_complete() -> None:
    assert len(LANGUAGES) == 183
    assert len(COUNTRIES) == 249
