"""CPU seconds of a PostgreSQL server: what a busy machine does not change, unlike the clock."""

from __future__ import annotations

import contextlib

import psutil
from sqlalchemy import Connection, text


class ServerClock:
    """The CPU of the server behind a connection, of all its sessions and helpers, ended or not."""

    def __init__(self, conn: Connection) -> None:
        session = psutil.Process(conn.scalars(text("SELECT pg_backend_pid()")).one())
        postmaster = session.parent()
        assert postmaster is not None, "the server is not on this machine"
        self._postmaster = postmaster

    def seconds(self) -> float:
        """CPU seconds, user and system, since the server was started."""
        spent = self._postmaster.cpu_times()
        total = spent.user + spent.system + spent.children_user + spent.children_system
        for process in self._postmaster.children():
            with contextlib.suppress(psutil.NoSuchProcess):  # it ended meanwhile: now it is among the children's
                used = process.cpu_times()
                total += used.user + used.system
        return total
