"""Migrations make exactly the tables of `schema`; other databases are refused."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from overt.errors import DatabaseUnsuitable
from overt.store import schema
from overt.store.database import migrate
from simulators.force import Force


def test_migrations_make_the_schema(shared_force: Force) -> None:
    with shared_force.instance.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, schema.metadata) == []


def test_migrating_again_changes_nothing(shared_force: Force) -> None:
    migrate(shared_force.instance.engine)


def test_a_newer_database_is_refused(force: Force) -> None:
    with force.instance.engine.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    with pytest.raises(DatabaseUnsuitable):
        migrate(force.instance.engine)


def test_no_column_has_room_for_a_probe() -> None:
    """Whoever adds one has to come past this test: every column that holds bytes is listed, with what it holds."""
    holds = {
        ("session", "token_hash"),
        ("passkey", "id"),
        ("passkey", "public_key"),
        ("challenge", "value"),
        ("invitation", "token_hash"),
        ("draft", "session"),
        ("answer", "session"),
        ("second_judgement", "session"),
        ("receipt_link", "lookup"),
        ("receipt_link", "salt"),
        ("receipt_link", "pin_hash"),
        ("device", "public_key"),
        ("capture_nonce", "nonce"),
        ("batch", "manifest_tag"),
        ("person", "label_tag"),
        ("person", "label_sealed"),
        ("person", "names_sealed"),
        ("reference", "template_sealed"),
        ("reference", "image_sealed"),
        ("reference", "row_tag"),
        ("reference", "image_tag"),
        ("reference", "opening"),
        ("leaf", "body"),
        ("opening", "opening"),
        ("log_head", "root"),
        ("journal", "chain"),
        ("ledger_key", "note"),
        ("policy_effect", "text"),
        ("activation_document", "text"),
        ("activation_document", "note"),
    }
    bytes_columns = {
        (table.name, column.name)
        for table in schema.metadata.tables.values()
        for column in table.columns
        if column.type.python_type is bytes
    }
    assert bytes_columns == holds


def test_parameters_do_not_reach_error_texts(shared_force: Force) -> None:
    with shared_force.instance.engine.connect() as connection, pytest.raises(Exception) as caught:
        connection.execute(text("select 1 / (length(:secret) - 6)"), {"secret": "canary"})
    assert "canary" not in str(caught.value)
