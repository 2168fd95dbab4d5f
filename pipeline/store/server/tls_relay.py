"""Lets the bundled client programs reach a server over TLS: they were built without it, our driver was not.

pg_dump, pg_restore and psql talk to a socket in a private folder; what they say goes on over TLS, with the
parameters our own connection has: the same certificate authorities, the same checks, the same certificate of ours.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import structlog
from sqlalchemy import URL, Engine

from pipeline.errors import DatabaseError
from pipeline.store.server.programs import libpq_address

_SSL_REQUEST = struct.pack("!ii", 8, 80877103)
_PORT = 5432  # in the name of the socket only
_CHUNK = 65_536
_FAREWELL_S = 2.0  # for what a program said last
_UNKNOWN = ("sslcrl", "sslcrldir")  # what a relay would silently leave out

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _Server:
    """Where the server is, and how its certificate is checked."""

    host: str
    port: int
    context: ssl.SSLContext


@contextmanager
def client_address(engine: Engine, url: URL | None = None) -> Iterator[tuple[str, dict[str, str]]]:
    """An address for `--dbname` of a bundled program, and its environment; good inside the block.

    It leads to the server of `engine`, as `url` says where it is given.

    Raises:
        DatabaseError: the address has a parameter of TLS that cannot be kept.
    """
    url = url or engine.url
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        info, parameters = driver.info, dict(driver.info.dsn_parameters)
        server = (info.host, info.port) if info.ssl_in_use else None
    if server is None:
        yield libpq_address(url)
        return
    with _relay(_Server(*server, _context(parameters))) as folder:
        query = {name: value for name, value in url.query.items() if name in ("options", "application_name")}
        local = URL.create(
            "postgresql",
            url.username,
            str(url.password) if url.password else None,
            database=url.database,
            query={**query, "host": str(folder), "port": str(_PORT)},
        )
        yield libpq_address(local)


def is_encrypted(engine: Engine) -> bool:
    """Whether our own connections use TLS."""
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        return bool(driver.info.ssl_in_use)


def _context(parameters: Mapping[str, str]) -> ssl.SSLContext:
    """The checks of libpq: verify-full compares the name too; a root certificate makes `require` a verify-ca."""
    left_out = [name for name in _UNKNOWN if parameters.get(name)]
    if left_out:
        raise DatabaseError(f"backup, restore and psql do not support {', '.join(left_out)} in the address")
    mode = parameters.get("sslmode", "prefer")
    root = _file(parameters, "sslrootcert", "root.crt")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = mode == "verify-full" or root == "system"
    checked = context.check_hostname or mode == "verify-ca" or (mode == "require" and root is not None)
    context.verify_mode = ssl.CERT_REQUIRED if checked else ssl.CERT_NONE
    if root == "system":
        context.load_default_certs()
    elif root is not None and checked:
        context.load_verify_locations(root)
    ours = _file(parameters, "sslcert", "postgresql.crt")
    if ours is not None:
        key = _file(parameters, "sslkey", "postgresql.key")
        context.load_cert_chain(ours, key, parameters.get("sslpassword"))
    return context


def _file(parameters: Mapping[str, str], name: str, default: str) -> str | None:
    """A file of the address, or the one libpq takes by itself where it is there."""
    usual = Path("~/.postgresql").expanduser() / default
    return parameters.get(name) or (str(usual) if usual.exists() else None)


@contextmanager
def _relay(server: _Server) -> Iterator[Path]:
    """A folder with a socket that leads to the server, until the block ends."""
    with tempfile.TemporaryDirectory(prefix="ww-tls-") as name:  # mode 0700
        folder, loop, ready = Path(name), asyncio.new_event_loop(), threading.Event()
        stop = asyncio.Event()
        serving = _serve(server, folder / f".s.PGSQL.{_PORT}", ready, stop)
        thread = threading.Thread(target=loop.run_until_complete, args=[serving], name="tls")
        thread.start()
        ready.wait()
        try:
            yield folder
        finally:
            loop.call_soon_threadsafe(stop.set)
            thread.join()
            loop.close()


async def _serve(server: _Server, path: Path, ready: threading.Event, stop: asyncio.Event) -> None:
    connections: set[asyncio.Task[None]] = set()

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if task := asyncio.current_task():
            connections.add(task)
            task.add_done_callback(connections.discard)
        try:
            far_reader, far_writer = await _connect(server)
        except (OSError, ConnectionError) as error:  # the program says that the connection was closed
            log.warning("no TLS connection to the database server", error=str(error))
            writer.close()
            return
        await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))

    listener = await asyncio.start_unix_server(pass_on, path)
    ready.set()
    async with listener:
        await stop.wait()
    # The program has ended; its connections end now too, and none is left to the garbage collector.
    if connections:
        _, left = await asyncio.wait(connections, timeout=_FAREWELL_S)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)


async def _connect(server: _Server) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(server.host, server.port, type=socket.SOCK_STREAM)
    family, kind, protocol, _, address = found[0]
    raw = socket.socket(family, kind, protocol)
    raw.setblocking(False)
    try:
        await loop.sock_connect(raw, address)
        await loop.sock_sendall(raw, _SSL_REQUEST)
        # One byte alone: what is added on the way in plain is then read as TLS, which it is not.
        if await loop.sock_recv(raw, 1) != b"S":
            raise ConnectionError("the server does not offer TLS any more")
        return await asyncio.open_connection(sock=raw, ssl=server.context, server_hostname=server.host)
    except BaseException:
        raw.close()
        raise


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        with suppress(OSError):  # the other side has gone, which ends this side too
            while chunk := await reader.read(_CHUNK):
                writer.write(chunk)
                await writer.drain()
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
    except asyncio.CancelledError:
        writer.transport.abort()
        raise
