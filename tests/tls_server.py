"""TLS in front of a PostgreSQL that has none, as pgbouncer or a proxy of PostgreSQL's own protocol puts it there.

The bundled server was built without TLS. What a client sees is the same: it asks for TLS, checks a certificate, and
only then speaks. Who does not ask is refused, as by `hostssl`.
"""

from __future__ import annotations

import asyncio
import ssl
import struct
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_TLS, _GSS = 80877103, 80877104


@dataclass(frozen=True)
class Certificates:
    """A certificate authority that signed for `localhost`, and another that signed nothing."""

    authority: Path
    stranger: Path
    server: Path
    key: Path


def make_certificates(folder: Path) -> Certificates:
    """Made by openssl; good for a day."""

    def run(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    for name in ("authority", "stranger"):
        run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", f"/CN={name}",
            "-keyout", f"{name}.key", "-out", f"{name}.pem")  # fmt: skip
    run(
        "req",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        "/CN=localhost",
        "-keyout",
        "server.key",
        "-out",
        "server.csr",
    )
    (folder / "names").write_text("subjectAltName=DNS:localhost")
    run("x509", "-req", "-in", "server.csr", "-CA", "authority.pem", "-CAkey", "authority.key", "-CAcreateserial",
        "-days", "1", "-extfile", "names", "-out", "server.pem")  # fmt: skip
    return Certificates(*(folder / name for name in ("authority.pem", "stranger.pem", "server.pem", "server.key")))


@contextmanager
def tls_in_front_of(port: int, certificates: Certificates) -> Iterator[int]:
    """The port of 127.0.0.1 where the server on `port` is reached by TLS alone."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.server, certificates.key)
    loop, stop, started = asyncio.new_event_loop(), asyncio.Event(), threading.Event()
    found: list[int] = []

    async def serve() -> None:
        async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with suppress(OSError, asyncio.IncompleteReadError):
                while (asked := struct.unpack("!ii", await reader.readexactly(8))[1]) == _GSS:
                    writer.write(b"N")
                if asked != _TLS:
                    text = b"SFATAL\0C28000\0Mno encryption\0\0"
                    writer.write(b"E" + struct.pack("!i", len(text) + 4) + text)
                    await writer.drain()
                    writer.close()
                    return
                writer.write(b"S")
                await writer.drain()
                await writer.start_tls(context)
                inner = await asyncio.open_connection("127.0.0.1", port)
                await asyncio.gather(_pump(reader, inner[1]), _pump(inner[0], writer))

        server = await asyncio.start_server(accept, "127.0.0.1", 0)
        found.append(server.sockets[0].getsockname()[1])
        started.set()
        async with server:
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=[serve()])
    thread.start()
    started.wait()
    try:
        yield found[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while chunk := await reader.read(65_536):
            writer.write(chunk)
            await writer.drain()
    writer.close()
