"""Archive files record by record: what is a page, and why the rest is not."""

from __future__ import annotations

import csv
import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.archives.pages import ArchivedPage, UnusableRecord
from pipeline.archives.rows import read_csv, read_jsonl
from pipeline.archives.warc import read_warc

AT = datetime(2016, 9, 1, 12, tzinfo=UTC)


def warc(path: Path, *answers: tuple[str, str, str, bytes]) -> Path:
    """A file with one response for each (url, status, content type, body), and a request before each."""
    records = []
    for url, status, kind, body in answers:
        answer = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n\r\n".encode() + body
        records += [
            _record("request", url, b"GET / HTTP/1.1\r\nHost: x.example\r\n\r\n"),
            _record("response", url, answer),
        ]
    zipped = path.suffix == ".gz"
    path.write_bytes(b"".join(gzip.compress(record) if zipped else record for record in records))
    return path


def _record(kind: str, url: str, block: bytes) -> bytes:
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:12345678-feed-beef-8000-123456789abc>\r\n"
        f"WARC-Target-URI: {url}\r\nWARC-Date: 2016-09-01T12:00:00Z\r\n"
        f"Content-Type: application/http; msgtype={kind}\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


@pytest.mark.parametrize("name", ["news.warc", "news.warc.gz"])
def test_pages_of_a_warc_and_why_the_others_are_none(tmp_path: Path, name: str) -> None:
    path = warc(
        tmp_path / name,
        ("http://a.example/1", "200 OK", "text/html; charset=utf-8", b"<p>one</p>"),
        ("http://a.example/2", "404 Not Found", "text/html", b"gone"),
        ("http://a.example/3", "200 OK", "image/png", b"\x89PNG"),
        ("http://a.example/4", "200 OK", "text/html", b"x" * (10 * 1024 * 1024 + 1)),
    )
    first, *others = read_warc(path)
    assert first == ArchivedPage("http://a.example/1", AT, "text/html; charset=utf-8", b"<p>one</p>")
    assert [other.reason for other in others if isinstance(other, UnusableRecord)] == [
        "not_a_200", "not_html", "too_large",
    ]  # fmt: skip


def test_a_file_that_is_cut_off_gives_what_is_whole(tmp_path: Path) -> None:
    pages = [(f"http://a.example/{n}", "200 OK", "text/html", b"<p>text</p>" * 50) for n in range(5)]
    path = warc(tmp_path / "cut.warc.gz", *pages)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 2 // 3])
    found = list(read_warc(path))
    assert [one.url for one in found if isinstance(one, ArchivedPage)][:3] == [page[0] for page in pages[:3]]
    assert len(found) < 6
    (tmp_path / "no.warc").write_bytes(b"this is no archive\n" * 30)
    assert [type(one) for one in read_warc(tmp_path / "no.warc")] == [UnusableRecord]


ROWS = [
    {"url": "http://b.example/1", "published": "2016-09-01T15:00:00+03:00", "title": "T <1>", "text": "One.\n\nTwo & three."},
    {"url": "http://b.example/2", "published": "2016-09-01T12:00:00", "html": "<html><p>kept</p></html>"},
    {"url": "", "published": "2016-09-01", "text": "x"},
    {"url": "http://b.example/3", "published": "yesterday", "text": "x"},
    {"url": "http://b.example/4", "published": "2016-09-01"},
]  # fmt: skip


def test_rows_of_json_and_csv_are_read_alike(tmp_path: Path) -> None:
    lines = tmp_path / "rows.jsonl.gz"
    with gzip.open(lines, "wt", encoding="utf-8") as file:
        file.write("\n".join([*map(json.dumps, ROWS), "", "{no json", "[1]"]))
    table = tmp_path / "rows.csv"
    with table.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, ["url", "published", "title", "text", "html", "extra"])
        writer.writeheader()
        writer.writerows(ROWS)
    found = list(read_jsonl(lines))
    first = found[0]
    assert isinstance(first, ArchivedPage)
    assert (first.url, first.fetched_at) == ("http://b.example/1", AT)
    assert b"<h1>T &lt;1&gt;</h1><p>One.</p><p>Two &amp; three.</p>" in first.body
    assert found[1] == ArchivedPage(
        "http://b.example/2", AT, "text/html; charset=utf-8", b"<html><p>kept</p></html>"
    )
    reasons = [one.reason for one in found if isinstance(one, UnusableRecord)]
    assert reasons == ["no_url", "no_date", "no_text", "not_json", "not_json"]
    assert list(read_csv(table))[:2] == found[:2]


@given(st.binary(max_size=400))
def test_no_bytes_stop_a_reader(tmp_path_factory: pytest.TempPathFactory, body: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "any.warc"
    path.write_bytes(body)
    for read in (read_warc, read_jsonl, read_csv):
        for record in read(path):
            assert isinstance(record, ArchivedPage | UnusableRecord)
