"""Relations between two people of the gallery."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "relation",
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("other", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.CheckConstraint("person < other", name=op.f("relation_lesser_first_ck")),
        sa.CheckConstraint("code in ('twin', 'sibling', 'relative')", name=op.f("relation_known_code_ck")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("relation_person_fk")),
        sa.ForeignKeyConstraint(["other"], ["person.id"], name=op.f("relation_other_fk")),
        sa.PrimaryKeyConstraint("person", "other", name=op.f("relation_pk")),
    )
    op.create_index(op.f("relation_other_ix"), "relation", ["other"], unique=False)
