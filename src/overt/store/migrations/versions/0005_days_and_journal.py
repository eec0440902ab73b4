"""Closed days of the ledger, the private journal, activation documents, the ledger's keys, and places under the cap."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "closed_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("leaf", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("closed_day_pk")),
        sa.UniqueConstraint("leaf", name=op.f("closed_day_leaf_uq")),
    )
    op.create_table(
        "journal",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=True),
        sa.Column("chain", sa.LargeBinary(), nullable=False),
        sa.Column("retain_until", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("journal_pk")),
    )
    op.create_index(op.f("journal_subject_ix"), "journal", ["subject"])
    op.create_table(
        "activation_document",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("registered_leaf", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("activation_document_pk")),
        sa.UniqueConstraint("registered_leaf", name=op.f("activation_document_registered_leaf_uq")),
    )
    op.create_table(
        "policy_effect",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("policy_effect_pk")),
    )
    op.create_table(
        "ledger_key",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("vkey", sa.Text(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("ledger_key_pk")),
    )
    op.create_index(
        "leaf_round_ix",
        "leaf",
        ["number"],
        postgresql_where=sa.text("deed in ('encounter:receipt:issued', 'instance:day:closed')"),
    )
    op.add_column("account", sa.Column("seated", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("update account set seated = 'officer' = any(roles)")
    op.alter_column("account", "seated", server_default=None)
