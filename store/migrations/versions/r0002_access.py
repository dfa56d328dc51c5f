"""API keys, and the tokens used in a day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

ID, TEXT, INTEGER, MOMENT = sa.String(200), sa.Text(), sa.BigInteger(), sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("requests_per_minute", INTEGER),
        sa.Column("tokens_per_day", INTEGER),
        sa.Column("created", MOMENT, nullable=False),
        sa.Column("expires", MOMENT),
        sa.Column("revoked", MOMENT),
        sa.Column("last_used", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_api_keys"),
    )
    op.create_table(
        "token_use",
        sa.Column("payer", ID, nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("tokens", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("payer", "day", name="pk_token_use"),
    )


def downgrade() -> None:
    op.drop_table("token_use")
    op.drop_table("api_keys")
