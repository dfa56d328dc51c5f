"""Under which secret a turn may be told again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("turns", sa.Column("secret", sa.String(64)))
    op.create_index("ix_turns_secret", "turns", ["secret"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_turns_secret", "turns")
    op.drop_column("turns", "secret")
