"""What models foretold of customers and which groups they were found in, each with its moment."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

ID, MOMENT = sa.String(200), sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "predictions",
        _customer("predictions"),
        sa.Column("name", ID, nullable=False),
        sa.Column("as_of", MOMENT, nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("customer_id", "name", "as_of", name="pk_predictions"),
    )
    op.create_table(
        "clusters",
        _customer("clusters"),
        sa.Column("as_of", MOMENT, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("customer_id", "as_of", name="pk_clusters"),
    )


def downgrade() -> None:
    op.drop_table("clusters")
    op.drop_table("predictions")


def _customer(table: str) -> sa.Column[str]:
    key = sa.ForeignKey("customers.id", name=f"fk_{table}_customer_id_customers", ondelete="CASCADE")
    return sa.Column("customer_id", ID, key, nullable=False)
