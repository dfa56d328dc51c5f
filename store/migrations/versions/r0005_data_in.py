"""Where a review was said, who is held to be one person, and what each load did."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

ID, TEXT, MOMENT = sa.String(200), sa.Text(), sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("reviews", sa.Column("source", TEXT, nullable=False, server_default="review"))
    op.create_table(
        "merges",
        sa.Column("id", ID, nullable=False),
        sa.Column("one", ID, nullable=False),
        sa.Column("other", ID, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("evidence", sa.LargeBinary(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("undone", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_merges"),
        sa.ForeignKeyConstraint(["one"], ["customers.id"], name="fk_merges_one_customers", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["other"], ["customers.id"], name="fk_merges_other_customers", ondelete="CASCADE"),
    )
    op.create_index("ix_merges_one", "merges", ["one"])
    op.create_index("ix_merges_other", "merges", ["other"])
    op.create_table(
        "loads",
        sa.Column("id", ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_loads"),
    )


def downgrade() -> None:
    op.drop_table("loads")
    op.drop_table("merges")
    op.drop_column("reviews", "source")
