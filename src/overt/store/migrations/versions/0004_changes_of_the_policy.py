"""Announced policies, what the oversight body has suspended, and what witnesses have cosigned."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "policy_proposal",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("announced_leaf", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("policy_proposal_pk")),
        sa.UniqueConstraint("announced_leaf", name=op.f("policy_proposal_announced_leaf_uq")),
    )
    op.create_table(
        "suspension",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("ordered_leaf", sa.BigInteger(), nullable=False),
        sa.Column("lift_note", sa.Text(), nullable=True),
        sa.Column("lifted_leaf", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("suspension_pk")),
        sa.UniqueConstraint("ordered_leaf", name=op.f("suspension_ordered_leaf_uq")),
        sa.UniqueConstraint("lifted_leaf", name=op.f("suspension_lifted_leaf_uq")),
    )
    op.create_table(
        "witness_view",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("cosigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("witness_view_pk")),
    )
