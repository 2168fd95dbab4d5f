"""Write the configuration of the embedded PostgreSQL: tuning, socket, and who may log in."""

from __future__ import annotations

import pwd
from collections.abc import Mapping
from pathlib import Path

from pipeline.store.server.programs import hand_over, make_private

CLUSTER = "wirewatch"  # sql/roles.sql knows the embedded server by it
DEFAULT_PORT = 5432  # names the socket; nothing listens on it unless asked
_OVER_TCP = "host all +wirewatch_analyst 127.0.0.1/32 scram-sha-256\n"  # the role itself and its members

# What a news database on one machine wants; `ALTER SYSTEM` still overrides each.
TUNING: Mapping[str, str] = {
    "autovacuum_vacuum_scale_factor": "0.05",  # queue-like tables turn over quickly
    "checkpoint_timeout": "15min",
    "effective_cache_size": "1GB",
    "jit": "off",  # short queries only
    "lc_messages": "C",
    "log_timezone": "UTC",
    "log_lock_waits": "on",
    "log_min_duration_statement": "5s",
    "maintenance_work_mem": "128MB",
    "max_connections": "200",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "shared_buffers": "256MB",
    "timezone": "UTC",
    "wal_compression": "on",
    "work_mem": "16MB",
    # one file per weekday, overwritten a week later: the log can never fill the disk
    "log_directory": "log",
    "log_filename": "postgresql-%a.log",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_truncate_on_rotation": "on",
    "logging_collector": "on",
}


def write_configuration(
    folder: Path, socket_dir: Path, tuning: Mapping[str, str], owner: pwd.struct_passwd, port: int | None = None
) -> None:
    """Write the settings that may change between starts to the data folder; `tuning` overrides TUNING.

    With a `port`, analysts may also log in on 127.0.0.1, with a password; the owner never.

    Raises:
        DatabaseStartError: the folder for the socket belongs to another user.
    """
    if socket_dir != folder.absolute():
        make_private(socket_dir, owner)
    values = {
        **TUNING,
        **tuning,
        "cluster_name": CLUSTER,
        "listen_addresses": "127.0.0.1" if port else "",
        "port": str(port or DEFAULT_PORT),
        "unix_socket_directories": '"{}"'.format(str(socket_dir).replace('"', '""')),
        "unix_socket_permissions": "0700",
    }
    conf = "".join(f"{name} = '{_quoted(value)}'\n" for name, value in values.items())
    entrants = {owner.pw_name, pwd.getpwuid(0).pw_name}
    files = {
        "wirewatch.conf": "# rewritten at every start; ALTER SYSTEM wins over it\n" + conf,
        "pg_hba.conf": "local all all peer map=wirewatch\n" + (_OVER_TCP if port else ""),
        "pg_ident.conf": "".join(f'wirewatch "{name}" all\n' for name in sorted(entrants)),
    }
    for name, text in files.items():
        path = folder / name
        path.write_text(text, encoding="utf-8")
        hand_over(path, owner)


def _quoted(value: str) -> str:
    return value.replace("'", "''")
