"""Alembic's entry: run the migrations on the connection that `store.migrating` opened."""

from __future__ import annotations

from alembic import context

from store.tables import Base

# Schema changes are transactional on SQLite too, for `store.database` begins the transaction itself.
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()
