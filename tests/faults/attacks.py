"""What a hostile or broken server may answer, byte for byte, and the reasons such an answer may end with."""

from __future__ import annotations

import asyncio
import gzip
import io
import itertools
import zlib
from collections.abc import Iterator

import brotli
import zstandard
from hostile import Handler, Request, answer, endless, redirect

MIB = 1 << 20
GIB = 1 << 30
Attack = tuple[bytes | Handler, frozenset[str]]


def _squeezed(coding: str, size: int = 256 * MIB) -> bytes:
    """Zeros, packed."""
    block = bytes(MIB)
    if coding == "zstd":
        sink = io.BytesIO()
        with zstandard.ZstdCompressor(level=3).stream_writer(sink, closefd=False) as writer:
            for _ in range(size // MIB):
                writer.write(block)
        return sink.getvalue()
    if coding == "br":
        brotli_packer = brotli.Compressor(quality=1)
        return b"".join(brotli_packer.process(block) for _ in range(size // MIB)) + brotli_packer.finish()
    packer = zlib.compressobj(wbits=31 if coding == "gzip" else 15)
    return b"".join(packer.compress(block) for _ in range(size // MIB)) + packer.flush()


def _chunked(body: bytes, **headers: str) -> bytes:
    return answer(body, length=False, Transfer_Encoding="chunked", **headers)


def _stream(pieces: Iterator[bytes], **headers: str) -> Handler:
    return endless(pieces, head=answer(length=False, **headers))


async def _silence(_: Request, __: asyncio.StreamWriter) -> None:
    await asyncio.sleep(3600)


async def _reset(_: Request, writer: asyncio.StreamWriter) -> None:
    writer.write(answer(b"half a ", length=False, Content_Length="500"))
    await writer.drain()
    writer.transport.abort()


async def _maze(request: Request, writer: asyncio.StreamWriter) -> None:
    writer.write(redirect(f"{request.path}x"))


def _trickle(pieces: Iterator[bytes], head: bytes) -> Handler:
    return endless(pieces, every_s=0.05, head=head)


ok = b"HTTP/1.1 200 OK\r\n"
late = frozenset({"total_timeout", "read_timeout"})
broken = frozenset({"protocol_error"})
big = frozenset({"too_large"})
bad = frozenset({"bad_encoding"})

# By the path they are served at; docs/safety.md has each.
WIRE: dict[str, Attack] = {
    "/silence": (_silence, late),
    "/slowloris-body": (_trickle(itertools.repeat(b"a"), answer(length=False)), late),
    "/slowloris-headers": (_trickle((b"X-%d: a\r\n" % n for n in itertools.count()), ok), late | broken),
    "/slowloris-chunks": (_trickle(itertools.repeat(b"1\r\na\r\n"), _chunked(b"")), late),
    "/endless-headers": (endless((b"X-%d: a\r\n" % n for n in itertools.count()), head=ok), broken),
    "/endless-header-line": (endless(itertools.repeat(b"a" * 10_000), head=ok + b"X-A: "), broken),
    "/endless-status-line": (endless(itertools.repeat(b"a" * 10_000), head=b"HTTP/1.1 200 "), broken),
    "/endless-100-continue": (endless(itertools.repeat(b"HTTP/1.1 100 Continue\r\n\r\n" * 50)), late | broken),
    "/endless-blank-lines": (endless(itertools.repeat(b"\r\n" * 5_000)), late | broken),
    "/gzip-bomb": (answer(_squeezed("gzip"), Content_Encoding="gzip"), big),
    "/deflate-bomb": (answer(_squeezed("deflate"), Content_Encoding="deflate"), big),
    "/brotli-bomb": (answer(_squeezed("br"), Content_Encoding="br"), big),
    "/zstd-bomb": (answer(_squeezed("zstd"), Content_Encoding="zstd"), big),
    "/bomb-in-a-bomb": (answer(gzip.compress(_squeezed("gzip")), Content_Encoding="gzip, gzip"), big),
    "/three-codings": (answer(b"a", Content_Encoding="gzip, br, zstd"), bad),
    "/empty-gzip-members": (
        _stream(itertools.repeat(gzip.compress(b"") * 3_000), Content_Encoding="gzip"),
        big | late,
    ),
    "/zstd-window-of-a-gigabyte": (answer(b"\x28\xb5\x2f\xfd\x00\xa0" + bytes(64), Content_Encoding="zstd"), bad),
    "/not-gzip-at-all": (answer(b"plain words", Content_Encoding="gzip"), bad),
    "/one-gigabyte": (_stream(itertools.repeat(bytes(65_536), GIB >> 16)), big),
    "/one-gigabyte-announced": (_stream(itertools.repeat(bytes(65_536)), Content_Length=str(GIB)), big),
    "/one-gigabyte-in-chunks": (
        endless(itertools.repeat(b"10000\r\n" + bytes(65_536) + b"\r\n"), head=_chunked(b"")),
        big,
    ),
    "/one-byte-chunks": (endless(itertools.repeat(b"1\r\na\r\n" * 10_000), head=_chunked(b"")), big | late),
    "/chunk-size-of-words": (_chunked(b"many\r\nabc\r\n"), broken),
    "/chunk-size-beyond-64-bits": (_chunked(b"FFFFFFFFFFFFFFFFF\r\nabc\r\n"), broken),
    "/chunk-of-minus-one": (_chunked(b"-1\r\nabc\r\n"), broken),
    "/chunk-that-ends-early": (_chunked(b"64\r\nabc"), broken),
    "/endless-chunk-extension": (endless(itertools.repeat(b"a" * 10_000), head=_chunked(b"1;")), broken | late),
    "/endless-trailers": (
        endless((b"X-%d: a\r\n" % n for n in itertools.count()), head=_chunked(b"1\r\na\r\n0\r\n")),
        broken | late,
    ),
    "/longer-than-it-is": (answer(b"short", length=False, Content_Length="500"), broken),
    "/shorter-than-it-is": (answer(b"longer", length=False, Content_Length="2"), broken),
    "/two-lengths": (answer(b"ab", length=False, Content_Length="2\r\nContent-Length: 7"), broken),
    "/negative-length": (answer(b"ab", length=False, Content_Length="-2"), broken),
    "/length-and-chunks": (_chunked(b"2\r\nab\r\n0\r\n\r\n", Content_Length="2"), broken),
    "/reset": (_reset, broken),
    "/not-http": (b"220 mail.example ESMTP\r\n", broken),
    "/redirect-loop": (redirect("/redirect-loop"), frozenset({"redirect_loop"})),
    "/redirect-maze": (_maze, frozenset({"too_many_redirects"})),
    "/redirect-to-nowhere": (redirect(""), frozenset({"bad_redirect"})),
    "/redirect-to-a-long-place": (redirect("/" + "a" * 7_000), frozenset({"bad_url"})),
    "/redirect-to-a-file": (redirect("file:///etc/passwd"), frozenset({"forbidden_scheme"})),
    "/redirect-to-a-mail-server": (redirect("http://1.1.1.1:25/"), frozenset({"forbidden_port"})),
    "/redirect-with-a-login": (redirect("http://a:b@news.example/"), frozenset({"bad_url"})),
}
INSIDE = (
    "http://127.0.0.1/",
    "http://localhost/",
    "http://localhost./",
    "http://10.0.0.1/",
    "http://192.168.1.1/",
    "http://100.64.0.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://metadata.google.internal/",
    "http://[::1]/",
    "http://[::ffff:10.0.0.1]/",
    "http://[64:ff9b::a00:1]/",
    "http://[2002:a00:1::]/",
    "http://[2001:0:4136:e378:8000:63bf:f5ff:fffe]/",
    "http://[fd00:ec2::254]/",
    "http://[fe80::1%25eth0]/",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://0177.0.0.1/",
    "http://router/",
    "http://printer.local/",
)
WIRE |= {
    f"/redirect-inside-{n}": (redirect(target), frozenset({"forbidden_address"}))
    for n, target in enumerate(INSIDE)
}
