"""One way to the database: the embedded server or WIREWATCH_DATABASE_URL, checked before use."""

from __future__ import annotations

from sqlalchemy import URL, Engine, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, OperationalError, ProgrammingError

from pipeline.errors import ConfigurationError, DatabaseError, DatabaseVersionError
from pipeline.settings import Settings
from pipeline.store.server.embedded import DATABASE, EmbeddedServer

OLDEST_MAJOR = 16
CONNECT_TIMEOUT_S = 10
# A process that was stopped inside a transaction keeps its row locks for five minutes at most, as long as a lease.
# The options of the URL may set another time.
_STOPPED = "-c idle_in_transaction_session_timeout=300000"


def connect(settings: Settings) -> Engine:
    """An engine on a reachable server of a supported version; the embedded one is started or joined.

    Sessions run in UTC and show up as `wirewatch` in pg_stat_activity. The caller disposes of the engine.

    Raises:
        ConfigurationError: WIREWATCH_DATABASE_URL is not a PostgreSQL URL.
        DatabaseStartError: the embedded server did not start.
        DatabaseVersionError: the server is older than PostgreSQL 16.
        DatabaseError: the server cannot be reached, or does not let us in.
    """
    if settings.database_url is None:
        server = embedded_server(settings)
        server.start()
        create_database(parse_url(server.url("postgres")), DATABASE)
        url = parse_url(server.url())
    else:
        url = parse_url(settings.database_url)
    return open_engine(in_database(url, settings.database))


def in_database(url: URL, name: str | None) -> URL:
    """The address of another database on the same server; `demo` is short for the one of the demo."""
    if name is None:
        return url
    return url.set(database=f"{DATABASE}_demo" if name == "demo" else name)


def embedded_server(settings: Settings) -> EmbeddedServer:
    """The server in the data folder, running or not."""
    return EmbeddedServer(settings.data_dir.expanduser().absolute() / "postgres", port=settings.database_port)


def parse_url(url: str) -> URL:
    """Read any usual spelling of a PostgreSQL URL and name psycopg2 as the driver."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ConfigurationError(
            ["WIREWATCH_DATABASE_URL: expected postgresql://user:password@host:port/database"]
        ) from None  # the chained message would show the password
    if parsed.get_backend_name() not in ("postgresql", "postgres"):
        raise ConfigurationError(
            [f"WIREWATCH_DATABASE_URL: expected postgresql://…, found {parsed.get_backend_name()}://…"]
        )
    return parsed.set(drivername="postgresql+psycopg2")


def open_engine(url: URL) -> Engine:
    """An engine on `url` that was tried once. Raises DatabaseError or DatabaseVersionError."""
    options = " ".join(filter(None, [_STOPPED, _one(url.query.get("options")), "-c timezone=UTC"]))
    engine = create_engine(
        url.difference_update_query(["options"]),
        pool_pre_ping=True,
        hide_parameters=True,  # articles do not belong into error messages
        connect_args={
            "application_name": _one(url.query.get("application_name")) or "wirewatch",
            "connect_timeout": CONNECT_TIMEOUT_S,
            "options": options,
        },
    )
    try:
        with engine.connect() as connection:
            require_supported(int(connection.execute(text("SHOW server_version_num")).scalar_one()))
    except OperationalError as error:
        engine.dispose()
        raise DatabaseError(
            f"no connection to {url.render_as_string(hide_password=True)}: {str(error.orig).strip()}\n"
            "Is the server running, and are WIREWATCH_DATABASE_URL's host, user, password and database right?"
        ) from error
    except DatabaseVersionError:
        engine.dispose()
        raise
    return engine


def require_supported(version_num: int) -> None:
    """Check `server_version_num` (160004 is 16.4). Raises DatabaseVersionError."""
    if version_num < OLDEST_MAJOR * 10_000:
        raise DatabaseVersionError(
            f"the server is PostgreSQL {version_num // 10_000}; wirewatch needs {OLDEST_MAJOR} or newer. "
            "Unset WIREWATCH_DATABASE_URL to use the embedded server."
        )


def create_database(server: Engine | URL, name: str, *, template: str | None = None) -> bool:
    """Create database `name` on the server that an engine or URL points to. False if it was there already.

    Raises DatabaseError when the user may not create databases or the server is out of reach.
    """
    url = server.url if isinstance(server, Engine) else server
    admin = open_engine(url)
    quoted = admin.dialect.identifier_preparer.quote_identifier
    statement = f"CREATE DATABASE {quoted(name)}" + (f" TEMPLATE {quoted(template)}" if template else "")
    try:
        with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if connection.scalar(text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": name}):
                return False
            connection.exec_driver_sql(statement)
    except (ProgrammingError, IntegrityError, OperationalError) as error:
        if _sqlstate(error) in ("42P04", "23505"):  # another process was quicker
            return False
        raise DatabaseError(
            f"cannot create the database {name}: {str(error.orig).strip()}\n"
            f"Create it yourself (CREATE DATABASE {quoted(name)}), or give the user {url.username} CREATEDB."
        ) from error
    finally:
        admin.dispose()
    return True


def _sqlstate(error: DBAPIError) -> str | None:
    return getattr(error.orig, "pgcode", None)


def _one(value: str | tuple[str, ...] | None) -> str | None:
    return value[-1] if isinstance(value, tuple) else value
