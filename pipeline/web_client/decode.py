"""Decode content codings as the bytes arrive, with a cap: a bomb costs no memory or time beyond it."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable, Iterator
from typing import Protocol

import brotli
import zstandard

from pipeline.errors import FetchError

ACCEPT_ENCODING = "gzip, deflate, br, zstd"

_GZIP_MAGIC = b"\x1f\x8b"
_MAGIC = {_GZIP_MAGIC: "gzip", b"\x28\xb5\x2f\xfd": "zstd"}
_HEAD_BYTES = 64  # bytes looked at before a header's coding is believed
_OPENS_A_DOCUMENT = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<[!?a-zA-Z]|\{\s*\"|\[\s*[{\"]|#|[A-Za-z-]{3,20}\s*:\s)")
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
_MAX_CODINGS = 2
_PIECE = 1 << 16  # bytes requested from a decompressor at once
_SIP = 1 << 12  # bytes given to zlib at once: it copies the unused rest, for each of many small members
_ZSTD_SIP = 256  # bytes given to zstd at once: a block of 128 KiB may come from four of them, so 8 MiB at most
_ZSTD_WINDOW = 1 << 23  # the most RFC 9659 lets a content coding use


class _Coding(Protocol):
    """One coding, decoded piece by piece."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The decoded form of `data`, in small pieces."""

    def end(self) -> Iterator[bytes]:
        """The remaining output. Raises EOFError if the data ended too early."""


class Decoder:
    """A body as it arrives. `content_encoding` is the header that names its codings; `grown` receives its size so
    far and may raise.

    Raises, in all its methods:
        FetchError: too_large where more than `max_bytes` come in or out; bad_encoding where a coding is unknown
            and the bytes are no text, or the data do not follow it or end too early.
    """

    def __init__(
        self, content_encoding: str, *, max_bytes: int, grown: Callable[[int], None] = lambda _: None
    ) -> None:
        names = [word.strip().lower() for word in content_encoding.split(",")]
        names = [name for name in names if name not in ("", "identity")]
        if len(names) > _MAX_CODINGS:
            raise FetchError("bad_encoding", f"{len(names)} codings", retry=False)
        self._codings = [(name, _AsTheBytesSay(name)) for name in reversed(names)]
        self._sizes = [0] * (len(names) + 1)  # bytes on the wire, and after each coding
        coded = max_bytes + max_bytes // 100 + 1024  # incompressible data grow slightly
        self._limits = [coded if names else max_bytes] + [max_bytes] * len(names)
        self._whole = io.BytesIO()
        self._grown = grown

    def feed(self, data: bytes) -> None:
        """Take the next bytes."""
        self._count(0, data)
        self._pass_on(data, 0)

    def finish(self) -> bytes:
        """The whole body. No bytes on the wire are an empty body in every coding."""
        if self._sizes[0]:
            for number, (name, coding) in enumerate(self._codings):
                for piece in self._guarded(name, coding.end()):
                    self._count(number + 1, piece)
                    self._pass_on(piece, number + 1)
        return self._whole.getvalue()

    def close(self) -> None:
        """Drop what has arrived: the traceback of a failure may live on for a while."""
        self._whole.close()

    def _pass_on(self, data: bytes, number: int) -> None:
        """Pass data through the codings from `number` on, into the whole body."""
        if number == len(self._codings):
            self._whole.write(data)
            self._grown(self._sizes[-1])
            return
        name, coding = self._codings[number]
        for piece in self._guarded(name, coding.feed(data)):
            self._count(number + 1, piece)
            self._pass_on(piece, number + 1)

    def _count(self, number: int, piece: bytes) -> None:
        self._sizes[number] += len(piece)
        if self._sizes[number] > self._limits[number]:
            after = f" after {self._codings[number - 1][0]}" if number else ""
            raise FetchError("too_large", f"more than {self._limits[number]} bytes{after}", retry=False)

    @staticmethod
    def _guarded(name: str, pieces: Iterator[bytes]) -> Iterator[bytes]:
        try:
            yield from pieces
        except (zlib.error, brotli.error, zstandard.ZstdError, EOFError) as error:
            raise FetchError("bad_encoding", f"{name}: {error}", retry=True) from error


def decode(body: bytes, content_encoding: str, *, max_bytes: int) -> bytes:
    """A whole body at once. Raises what Decoder raises."""
    decoder = Decoder(content_encoding, max_bytes=max_bytes)
    decoder.feed(body)
    return decoder.finish()


class _Inflate:
    """Every gzip member; bytes after the last one are padding and left out, as in browsers."""

    def __init__(self, wbits: int) -> None:
        self._wbits = wbits
        self._inflater = zlib.decompressobj(wbits)
        self._padding = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        for start in range(0, len(data), _SIP):
            left = data[start : start + _SIP]
            while left and not self._padding:
                if self._inflater.eof:
                    self._padding = left[0] != _GZIP_MAGIC[0]
                    self._inflater = self._inflater if self._padding else zlib.decompressobj(self._wbits)
                    continue
                yield self._inflater.decompress(left, _PIECE)
                left = self._inflater.unused_data if self._inflater.eof else self._inflater.unconsumed_tail

    def end(self) -> Iterator[bytes]:
        while not self._inflater.eof:
            piece = self._inflater.decompress(b"", _PIECE)
            if not piece:
                raise EOFError("the data end too early")
            yield piece


class _Deflate:
    """The zlib format the standard asks for, or the bare stream some servers send."""

    def __init__(self) -> None:
        self._head = b""
        self._inflate: _Inflate | None = None

    def feed(self, data: bytes) -> Iterator[bytes]:
        if self._inflate is None:
            self._head += data
            if len(self._head) < 2:
                return
            data = self._head
            has_zlib_header = data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0
            self._inflate = _Inflate(zlib.MAX_WBITS if has_zlib_header else -zlib.MAX_WBITS)
        yield from self._inflate.feed(data)

    def end(self) -> Iterator[bytes]:
        inflate = self._inflate or _Inflate(-zlib.MAX_WBITS)
        if self._inflate is None:
            yield from inflate.feed(self._head)
        yield from inflate.end()


class _Brotli:
    """One stream; bytes after it are left out."""

    def __init__(self) -> None:
        self._decompressor = brotli.Decompressor()

    def feed(self, data: bytes) -> Iterator[bytes]:
        while not self._decompressor.is_finished():  # a limit may leave output inside
            piece = self._decompressor.process(data, output_buffer_limit=_PIECE)
            data = b""
            if not piece:
                return
            yield piece

    def end(self) -> Iterator[bytes]:
        if not self._decompressor.is_finished():
            raise EOFError("the data end too early")
        yield from ()


class _Zstd:
    """Every frame. The library limits its output only through its input, hence the small pieces."""

    def __init__(self) -> None:
        self._frames = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
        self._frame = self._frames.decompressobj()

    def feed(self, data: bytes) -> Iterator[bytes]:
        for start in range(0, len(data), _ZSTD_SIP):
            left = data[start : start + _ZSTD_SIP]
            while left:
                if self._frame.eof:
                    self._frame = self._frames.decompressobj()
                yield self._frame.decompress(left)
                left = self._frame.unused_data

    def end(self) -> Iterator[bytes]:
        if not self._frame.eof:
            raise EOFError("the data end too early")
        yield from ()


class _Plain:
    """No coding at all, whatever the header says."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        yield data

    def end(self) -> Iterator[bytes]:
        yield from ()


class _AsTheBytesSay:
    """The coding a header names, unless the first bytes are plain text or another coding's.

    Object stores send "aws-chunked" and "UTF-8" with plain bodies, and some servers label plain bodies gzip.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._head = b""
        self._coding: _Coding | None = None

    def feed(self, data: bytes) -> Iterator[bytes]:
        if self._coding is None:
            self._head += data
            if len(self._head) < _HEAD_BYTES:
                return
            data, self._coding = self._head, self._chosen()
        yield from self._coding.feed(data)

    def end(self) -> Iterator[bytes]:
        if self._coding is None:
            self._coding = self._chosen()
            yield from self._coding.feed(self._head)
        yield from self._coding.end()

    def _chosen(self) -> _Coding:
        """Raises FetchError bad_encoding where the coding is unknown and the bytes tell nothing."""
        packed = next((name for magic, name in _MAGIC.items() if self._head.startswith(magic)), None)
        if self._name not in _CODINGS:
            if packed is not None or _is_text(self._head):
                return _CODINGS[packed]() if packed else _Plain()
            raise FetchError("bad_encoding", f"unknown coding {self._name!r}", retry=False)
        if packed is None and _OPENS_A_DOCUMENT.match(self._head) and _is_text(self._head):
            return _Plain()
        return _CODINGS[self._name]()


def _is_text(head: bytes) -> bool:
    """Whether bytes look like a text in some character set: no controls, or UTF-16 by its mark."""
    return head.startswith((b"\xff\xfe", b"\xfe\xff")) or not _CONTROLS.search(head)


_CODINGS: dict[str, Callable[[], _Coding]] = {
    "gzip": lambda: _Inflate(zlib.MAX_WBITS | 16),
    "x-gzip": lambda: _Inflate(zlib.MAX_WBITS | 16),
    "deflate": _Deflate,
    "br": _Brotli,
    "zstd": _Zstd,
}
