"""PostgreSQL, files and keys: the only place with SQL, and the only one that makes things durable."""
