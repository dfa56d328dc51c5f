"""Alembic's scripts; run by `store.migrating`."""
