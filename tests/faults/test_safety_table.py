"""The table of docs/safety.md of attacks says what is tried here, all of it and nothing else, and how it may end."""

from __future__ import annotations

import re
from fnmatch import fnmatch
from types import ModuleType

import pytest
import test_hostile_feeds
import test_hostile_servers
from attacks import INSIDE, WIRE
from poisoned_feeds import FEEDS

from pipeline.settings import CHECKOUT

SAFETY = (CHECKOUT / "docs" / "safety.md").read_text(encoding="utf-8")

# How the page puts it -> what is served, or the test that does it. Patterns as in a shell.
TOLD = {
    "silence; bodies, headers and chunks that trickle; `100 Continue` without end": (
        "/silence",
        "/slowloris-*",
        "/endless-100-continue",
    ),
    "endless headers, header lines, status lines, blank lines, chunk extensions, trailers": (
        "/endless-header*",
        "/endless-status-line",
        "/endless-blank-lines",
        "/endless-chunk-extension",
        "/endless-trailers",
    ),
    "bombs of gzip, deflate, brotli, zstd; a bomb in a bomb": ("/*-bomb",),
    "empty gzip members without end, a zstd window of a gigabyte, three codings, words that say they are gzip": (
        "/empty-gzip-members",
        "/zstd-window-of-a-gigabyte",
        "/three-codings",
        "/not-gzip-at-all",
    ),
    "a gigabyte: announced, not announced, in chunks, in chunks of one byte": (
        "/one-gigabyte*",
        "/one-byte-chunks",
    ),
    "chunk sizes that are words, negative or beyond 64 bits; chunks and bodies that end early or late; two lengths, "
    "a negative one; length and chunks": (
        "/chunk-*",
        "/longer-than-it-is",
        "/shorter-than-it-is",
        "/two-lengths",
        "/negative-length",
        "/length-and-chunks",
    ),
    "a connection that is reset, a mail server's greeting": ("/reset", "/not-http"),
    "redirects: loops, mazes, nowhere, far too long, a file, a mail server, a login, "
    f"{len(INSIDE)} spellings of an inside address": ("/redirect-*",),
    "all of the above at once": ("test_fifty_attackers_at_once_do_not_hold_up_an_honest_server",),
    "a hundred pages of 10 MiB at once": ("test_a_hundred_big_pages_at_once_share_their_memory",),
    "a name that turns inwards between two look-ups, or is public and private at once": (
        "test_a_name_that_changes_between_check_and_connection",
    ),
    "billion laughs, quadratic blow-up, external entities and DTDs, XInclude": (
        "billion-laughs",
        "quadratic-blow-up",
        "external-*",
        "parameter-entities",
        "xinclude",
    ),
    "14 MB of nesting, attributes, brackets, ampersands, CDATA, comments, blanks, zeros, entries (empty, many, long), "
    "one title, summary, date or GUID": (
        "deep-nesting*",
        "a-million-*",
        "a-hundred-thousand-entries",
        "two-thousand-long-entries",
        "only-*",
        "open-*",
        "one-endless-*",
    ),
    "gzip in the body, UTF-16, deep and wide JSON, a web page, a picture": (
        "gzip-inside",
        "utf-16",
        "json-*",
        "a-web-page",
        "a-picture",
    ),
    "a feed whose reader does not come back": ("test_a_reader_that_hangs_is_killed_and_the_next_feed_is_read",),
}


def table() -> dict[str, str]:
    """The rows of the page: attack -> how it ends."""
    (lines,) = re.findall(r"^\| attack \| how it ends \|\n\|[-|]+\|\n((?:\|.*\n)+)", SAFETY, re.M)
    return {attack: end for attack, end in re.findall(r"^\| (.*) \| (.*) \|$", lines, re.M)}


def lone_tests(module: ModuleType) -> set[str]:
    """Tests that are an attack of their own, not a list of them."""
    return {
        name for name, test in vars(module).items() if name.startswith("test_") and not hasattr(test, "pytestmark")
    }


def attacks_of(row: str) -> set[str]:
    return {name for name in ATTACKS if any(fnmatch(name, pattern) for pattern in TOLD[row])}


ATTACKS = {*WIRE, *FEEDS, *lone_tests(test_hostile_servers), *lone_tests(test_hostile_feeds)}


def test_the_table_has_the_rows_that_are_tried() -> None:
    assert list(table()) == list(TOLD)


def test_every_attack_stands_in_one_row() -> None:
    told = [name for row in TOLD for name in attacks_of(row)]
    assert sorted(told) == sorted(ATTACKS)


@pytest.mark.parametrize("row", TOLD)
def test_every_row_is_tried_in_all_its_parts_and_ends_as_told(row: str) -> None:
    for pattern in TOLD[row]:
        assert any(fnmatch(name, pattern) for name in ATTACKS), pattern
    ends = {reason for name in attacks_of(row) & set(WIRE) for reason in WIRE[name][1]}
    if ends:
        assert set(re.findall(r"`(\w+)`", table()[row])) == ends


def test_the_limits_are_those_of_the_tests() -> None:
    limits = {test_hostile_servers.MOST_MIB, test_hostile_feeds.MOST_MIB}
    assert f"a time limit of {test_hostile_servers.TIMEOUTS.total:g} s" in SAFETY
    assert [f"at most {mib} MiB of memory" in SAFETY for mib in limits] == [True]
