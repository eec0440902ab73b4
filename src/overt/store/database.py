"""One engine to PostgreSQL 15 to 18, and its migrations.

Rules:
* Parameters never reach a log: engines are made with `hide_parameters`, so no error text holds a row.
* A database of a newer program is refused, never touched.
* A connection that the server dropped is noticed before use (`pool_pre_ping`); a server that does not answer at all is
  `LedgerUnavailable` wherever it is noticed, and so never an answer.
"""

from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, ExceptionContext, create_engine, event, func, make_url, select, text

from overt.errors import DatabaseUnsuitable, LedgerUnavailable

OLDEST, NEWEST = 15, 18
LEDGER_LOCK = 0x4F564552_54
"""Advisory lock of the transaction that numbers a leaf."""
JOURNAL_LOCK = 0x4F564552_4A
"""Advisory lock of the transaction that writes the next line of the journal; taken after the ledger's, never before."""
MIGRATION_LOCK = 0x4F564552_4D
"""Advisory lock of the transaction that brings the schema up to date: two processes may open an instance at once."""


def connect(url: str | URL) -> Engine:
    """An engine for a PostgreSQL URL (`postgresql://...`); the driver is psycopg 3."""
    engine = create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=8,
        max_overflow=24,
        connect_args={"options": "-c timezone=UTC -c client_min_messages=warning", "application_name": "overt"},
    )
    event.listen(engine, "handle_error", _unavailable)
    return engine


def _unavailable(context: ExceptionContext) -> None:
    """A database that does not answer is a ledger that cannot be written, wherever it was noticed."""
    if isinstance(context.original_exception, psycopg.OperationalError):
        raise LedgerUnavailable() from context.original_exception


def migrate(engine: Engine) -> None:
    """Bring the schema to this program's version.

    Raises:
        DatabaseUnsuitable: the server is older than 15 or newer than 18, or the schema is a newer program's.
    """
    with engine.begin() as connection:
        check_server(connection)
        connection.execute(select(func.pg_advisory_xact_lock(MIGRATION_LOCK)))
        config = _config(connection)
        known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
        current = MigrationContext.configure(connection).get_current_revision()
        if current is not None and current not in known:
            raise DatabaseUnsuitable("The database was made by a newer version of Overt.")
        command.upgrade(config, "head")


def check_server(connection: Connection) -> int:
    """The server's major version, when it is one that Overt is tried on.

    Raises:
        DatabaseUnsuitable: it is not.
    """
    major = int(connection.execute(text("show server_version_num")).scalar_one()) // 10000
    if not OLDEST <= major <= NEWEST:
        raise DatabaseUnsuitable(f"PostgreSQL {major} is not supported; use {OLDEST} to {NEWEST}.")
    return major


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config
