"""The gallery in PostgreSQL: rows sealed under each person's key, the index that is kept from them, erasure."""
