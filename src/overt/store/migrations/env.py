"""How Alembic runs a migration here: on the connection it is handed, in one transaction."""

from alembic import context

from overt.store.schema import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, compare_type=True)
with context.begin_transaction():
    context.run_migrations()
