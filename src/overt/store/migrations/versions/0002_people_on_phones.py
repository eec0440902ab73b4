"""Sign-in, drafts, sign-offs, second judgements, counted views and receipts: what the pages need."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _challenges()
    _image_views()
    _invitations()
    _passkeys()
    _receipt_links()
    _second_judgements()
    _sign_offs()
    _drafts()
    _new_columns()


def _challenges() -> None:
    """What a phone has to answer, once."""
    op.create_table(
        "challenge",
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("bound_to", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("value", name=op.f("challenge_pk")),
    )
    op.create_index(op.f("challenge_issued_at_ix"), "challenge", ["issued_at"], unique=False)


def _image_views() -> None:
    """Each look at a candidate's picture."""
    op.create_table(
        "image_view",
        sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("encounter", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("viewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("image_view_account_fk")),
        sa.ForeignKeyConstraint(
            ["encounter"], ["encounter.id"], name=op.f("image_view_encounter_fk"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("image_view_pk")),
    )
    op.create_index(op.f("image_view_encounter_ix"), "image_view", ["encounter"], unique=False)


def _invitations() -> None:
    """One-time links: to a passkey, a phone, an open check."""
    op.create_table(
        "invitation",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=True),
        sa.Column("made_by", sa.Text(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("encounter", sa.Uuid(), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("invitation_account_fk")),
        sa.ForeignKeyConstraint(
            ["encounter"], ["encounter.id"], name=op.f("invitation_encounter_fk"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("invitation_made_by_fk")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("invitation_pk")),
    )
    op.create_index(op.f("invitation_encounter_ix"), "invitation", ["encounter"], unique=False)
    op.create_index(op.f("invitation_made_at_ix"), "invitation", ["made_at"], unique=False)


def _passkeys() -> None:
    """The public halves of passkeys."""
    op.create_table(
        "passkey",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("passkey_account_fk")),
        sa.PrimaryKeyConstraint("id", name=op.f("passkey_pk")),
    )
    op.create_index(op.f("passkey_account_ix"), "passkey", ["account"], unique=False)


def _receipt_links() -> None:
    """Links to receipts, each behind its PIN."""
    op.create_table(
        "receipt_link",
        sa.Column("lookup", sa.LargeBinary(), nullable=False),
        sa.Column("encounter", sa.Uuid(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("pin_hash", sa.LargeBinary(), nullable=False),
        sa.Column("wrong_pins", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retain_until", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["encounter"], ["encounter.id"], name=op.f("receipt_link_encounter_fk"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("lookup", name=op.f("receipt_link_pk")),
    )
    op.create_index(op.f("receipt_link_encounter_ix"), "receipt_link", ["encounter"], unique=False)
    op.create_index(op.f("receipt_link_retain_until_ix"), "receipt_link", ["retain_until"], unique=False)


def _second_judgements() -> None:
    """What another officer said, blind, of the candidates of a check."""
    op.create_table(
        "second_judgement",
        sa.Column("encounter", sa.Uuid(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("session", sa.LargeBinary(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answers", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("second_judgement_account_fk")),
        sa.ForeignKeyConstraint(
            ["encounter"], ["encounter.id"], name=op.f("second_judgement_encounter_fk"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("encounter", name=op.f("second_judgement_pk")),
    )


def _sign_offs() -> None:
    """What a supervisor was asked to sign off."""
    op.create_table(
        "sign_off",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("officer", sa.Text(), nullable=False),
        sa.Column("fields", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("supervisor", sa.Text(), nullable=True),
        sa.Column("given", sa.Boolean(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["officer"], ["account.id"], name=op.f("sign_off_officer_fk")),
        sa.ForeignKeyConstraint(["supervisor"], ["account.id"], name=op.f("sign_off_supervisor_fk")),
        sa.PrimaryKeyConstraint("id", name=op.f("sign_off_pk")),
    )
    op.create_index(op.f("sign_off_asked_at_ix"), "sign_off", ["asked_at"], unique=False)


def _drafts() -> None:
    """What was entered in a session so far."""
    op.create_table(
        "draft",
        sa.Column("session", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["session"], ["session.token_hash"], name=op.f("draft_session_fk"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("session", "kind", name=op.f("draft_pk")),
    )


def _new_columns() -> None:
    """What tables that are there have besides."""
    op.add_column("answer", sa.Column("session", sa.LargeBinary(), nullable=True))
    _add_to_rows("device", sa.Column("label", sa.Text(), nullable=False, server_default="phone"))
    _add_to_rows("session", sa.Column("simulated", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("session", sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("encounter", sa.Column("operator", sa.Text(), nullable=True))
    op.execute("update encounter set operator = record->'fields'->>'operator'")
    op.alter_column("encounter", "operator", nullable=False)
    op.create_index(op.f("encounter_operator_state_ix"), "encounter", ["operator", "state"], unique=False)


def _add_to_rows(table: str, column: sa.Column[Any]) -> None:
    """Add a column that must have a value: rows that are there get the default, which then goes again."""
    op.add_column(table, column)
    op.alter_column(table, column.name, server_default=None)
