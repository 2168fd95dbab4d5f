"""Content codings: round trips, bombs, damage."""

from __future__ import annotations

import contextlib
import gzip
import io
import tracemalloc
import zlib
from collections.abc import Callable

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import FetchError
from pipeline.web_client.decode import decode


def bare_deflate(data: bytes) -> bytes:
    """Deflate without the zlib header, as some servers send it."""
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


ENCODERS: dict[str, list[Callable[[bytes], bytes]]] = {
    "gzip": [gzip.compress],
    "deflate": [zlib.compress, bare_deflate],
    "br": [brotli.compress],
    "zstd": [zstandard.compress],
}
EACH = [(name, encode) for name, encoders in ENCODERS.items() for encode in encoders]


@pytest.mark.parametrize(("name", "encode"), EACH)
@given(data=st.binary(max_size=2000), times=st.integers(min_value=1, max_value=200))
def test_round_trip(name: str, encode: Callable[[bytes], bytes], data: bytes, times: int) -> None:
    whole = data * times
    assert decode(encode(whole), name, max_bytes=len(whole)) == whole


@pytest.mark.parametrize(("name", "encode"), EACH)
def test_the_cap_is_exact(name: str, encode: Callable[[bytes], bytes]) -> None:
    packed = encode(b"x" * 100_001)
    assert len(decode(packed, name, max_bytes=100_001)) == 100_001
    with pytest.raises(FetchError, match="too_large"):
        decode(packed, name, max_bytes=100_000)


@pytest.mark.parametrize(("name", "encode"), EACH)
def test_a_cut_stream_is_an_error(name: str, encode: Callable[[bytes], bytes]) -> None:
    packed = encode(bytes(range(256)) * 50)
    for length in (1, 3, len(packed) // 2, len(packed) - 1):
        with pytest.raises(FetchError, match="bad_encoding") as caught:
            decode(packed[:length], name, max_bytes=1 << 20)
        assert caught.value.retry


@pytest.mark.parametrize("name", ENCODERS)
@given(data=st.binary(min_size=1, max_size=500))
def test_noise_gives_bytes_or_a_fetch_error(name: str, data: bytes) -> None:
    with contextlib.suppress(FetchError):
        assert len(decode(data, name, max_bytes=1 << 16)) <= 1 << 16


def bomb(name: str) -> bytes:
    """About 256 MiB of zeros in few bytes."""
    block, times = bytes(1 << 20), 256
    if name == "zstd":
        sink = io.BytesIO()
        with zstandard.ZstdCompressor(level=3).stream_writer(sink, closefd=False) as writer:
            for _ in range(times):
                writer.write(block)
        return sink.getvalue()
    packer = brotli.Compressor(quality=1) if name == "br" else zlib.compressobj(wbits=31 if name == "gzip" else 15)
    squeeze = packer.process if name == "br" else packer.compress
    pieces = [squeeze(block) for _ in range(times)]
    return b"".join([*pieces, packer.finish() if name == "br" else packer.flush()])


@pytest.mark.parametrize("name", ENCODERS)
def test_a_bomb_costs_little_memory(name: str) -> None:
    packed = bomb(name)
    assert len(packed) < 1 << 20
    tracemalloc.start()
    try:
        with pytest.raises(FetchError, match="too_large"):
            decode(packed, name, max_bytes=1 << 20)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 24 << 20


def test_nested_codings_are_undone_in_order_and_few() -> None:
    assert decode(brotli.compress(gzip.compress(b"news")), "gzip, br", max_bytes=100) == b"news"
    with pytest.raises(FetchError, match="bad_encoding"):
        decode(b"", "gzip, gzip, gzip", max_bytes=100)


def test_a_nested_bomb_is_stopped_at_its_outer_layer() -> None:
    with pytest.raises(FetchError, match="too_large"):
        decode(gzip.compress(gzip.compress(bytes(50 << 20))), "gzip, gzip", max_bytes=1 << 20)


def test_members_of_gzip_are_joined_and_padding_is_left_out() -> None:
    packed = gzip.compress(b"first ") + gzip.compress(b"second")
    assert decode(packed + b"\x00" * 10, "x-gzip", max_bytes=100) == b"first second"


def test_members_that_meet_at_the_edge_of_a_piece() -> None:
    first = gzip.compress(b"", 0)
    padded = gzip.compress(bytes((1 << 16) - len(first) - 5), 0)  # stored blocks: 5 bytes each
    for size in range(65_500, 65_560):
        member = gzip.compress(b"a" * (size - len(first) - 5), 0)
        assert decode(member + padded, "gzip", max_bytes=1 << 20).startswith(b"a" * 100)


def test_plain_and_unknown_codings() -> None:
    assert decode(b"news", "identity", max_bytes=10) == b"news"
    with pytest.raises(FetchError, match="bad_encoding") as caught:
        decode(b"\x1f\x9d\x90n\xca", "compress", max_bytes=10)
    assert not caught.value.retry


@pytest.mark.parametrize("label", ["aws-chunked", "UTF-8", "none", "binary", "utf-8, aws-chunked"])
def test_a_label_that_is_no_coding_leaves_a_text_as_it_is(label: str) -> None:
    feed = b"<?xml version='1.0'?><rss><channel><title>Liman Gazetesi</title></channel></rss>"
    assert decode(feed, label, max_bytes=1000) == feed
    assert decode(gzip.compress(feed), label.split(",")[0], max_bytes=1000) == feed


@pytest.mark.parametrize("label", ["gzip", "br", "zstd", "deflate"])
@pytest.mark.parametrize("text", [b"<html><body>Ankara</body></html>", b'{"version": "1"}', b"\xef\xbb\xbf<rss/>"])
def test_a_coding_that_was_named_and_not_used_is_seen_by_the_bytes(label: str, text: bytes) -> None:
    assert decode(text, label, max_bytes=1000) == text
