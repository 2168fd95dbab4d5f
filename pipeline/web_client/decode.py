"""Content codings undone with a cap on what comes out, so that a bomb costs no more memory than the cap."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator

import brotli
import zstandard

from pipeline.errors import FetchError

ACCEPT_ENCODING = "gzip, deflate, br, zstd"

_GZIP_MAGIC = b"\x1f\x8b"
_MAX_CODINGS = 2
_PIECE = 1 << 16  # bytes asked of a decompressor at once
_ZSTD_SIP = 256  # bytes given to zstd at once: a block of 128 KiB may come from four of them, so 8 MiB at most
_ZSTD_WINDOW = 1 << 23  # the most RFC 9659 lets a content coding use


def decode(body: bytes, content_encoding: str, *, max_bytes: int) -> bytes:
    """Undo the codings named in a Content-Encoding header.

    Raises:
        FetchError: too_large where more than `max_bytes` come out; bad_encoding where a coding is unknown, the
            data do not follow it or end too early.
    """
    codings = [word.strip().lower() for word in content_encoding.split(",")]
    codings = [word for word in codings if word not in ("", "identity")]
    if len(codings) > _MAX_CODINGS:
        raise FetchError("bad_encoding", f"{len(codings)} codings", retry=False)
    for coding in reversed(codings):
        if coding not in _DECODERS:
            raise FetchError("bad_encoding", f"unknown coding {coding!r}", retry=False)
        body = _collect(_DECODERS[coding](body), coding, max_bytes)
    return body


def _collect(pieces: Iterator[bytes], coding: str, max_bytes: int) -> bytes:
    whole = bytearray()
    try:
        for piece in pieces:
            whole += piece
            if len(whole) > max_bytes:
                raise FetchError("too_large", f"more than {max_bytes} bytes after {coding}", retry=False)
    except (zlib.error, brotli.error, zstandard.ZstdError, EOFError) as error:
        raise FetchError("bad_encoding", f"{coding}: {error}", retry=True) from error
    return bytes(whole)


def _gzip(body: bytes) -> Iterator[bytes]:
    return _inflate(body, zlib.MAX_WBITS | 16)


def _deflate(body: bytes) -> Iterator[bytes]:
    """The zlib format the standard asks for, or the bare stream some servers send."""
    has_zlib_header = len(body) > 1 and body[0] & 0x0F == 8 and int.from_bytes(body[:2], "big") % 31 == 0
    return _inflate(body, zlib.MAX_WBITS if has_zlib_header else -zlib.MAX_WBITS)


def _inflate(body: bytes, wbits: int) -> Iterator[bytes]:
    """Every gzip member; what follows the last one is padding and left out, as browsers do."""
    inflater = zlib.decompressobj(wbits)
    for start in range(0, len(body), _PIECE):
        left = body[start : start + _PIECE]
        while left:
            if inflater.eof:
                if left[0] != _GZIP_MAGIC[0]:
                    return
                inflater = zlib.decompressobj(wbits)
            yield inflater.decompress(left, _PIECE)
            left = inflater.unused_data if inflater.eof else inflater.unconsumed_tail
    while not inflater.eof:
        piece = inflater.decompress(b"", _PIECE)
        if not piece:
            raise EOFError("the data end too early")
        yield piece


def _brotli(body: bytes) -> Iterator[bytes]:
    decompressor = brotli.Decompressor()
    yield decompressor.process(body, output_buffer_limit=_PIECE)
    while not decompressor.is_finished():
        piece = decompressor.process(b"", output_buffer_limit=_PIECE)
        if not piece:
            raise EOFError("the data end too early")
        yield piece


def _zstd(body: bytes) -> Iterator[bytes]:
    """Every frame. The library bounds its output only by its input, hence the small sips."""
    frames = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
    frame = frames.decompressobj()
    for start in range(0, len(body), _ZSTD_SIP):
        left = body[start : start + _ZSTD_SIP]
        while left:
            if frame.eof:
                frame = frames.decompressobj()
            yield frame.decompress(left)
            left = frame.unused_data
    if not frame.eof:
        raise EOFError("the data end too early")


_DECODERS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
