"""The search index on disk, so that opening a large gallery does not open every template in the database.

Rules:
* PostgreSQL is the truth. What is here can be deleted at any time and is made again from there.
* Everything is sealed under one key, which lies with the keys and not here; each making of the cache has a new one. A
  sealed part is bound to its contract, tile and place, a row to its reference: what is moved, changed or of another
  making does not open.
* Every tile is opened, and so verified, before its first search. What does not open, or is older than the header says,
  is dropped, and its references are read from the database again.
* The header says up to which change of the gallery the tiles were written. It is written last: whatever was interrupted
  is done again from there, and doing it twice changes nothing.
* A removed row's bytes are overwritten and synced in the file of rows before it counts as removed, and in the file of
  codes at the next writing, which is before the next search.

One process holds the cache; another one beside it keeps its own index in memory.
"""
