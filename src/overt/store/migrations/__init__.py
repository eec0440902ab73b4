"""Alembic migrations of the store. They run inside the package, with no ini file."""
