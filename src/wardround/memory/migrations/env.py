"""Runs the revisions on the connection that the store has open, within its transaction."""

from __future__ import annotations

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    version_table="memory_version",
    transaction_per_migration=False,
)
context.run_migrations()
