"""Whether database, tiles, texts and checkpoint agree, and making the published files again from the database."""

from sqlalchemy import Connection, Engine, select

from overt.errors import LedgerContradiction, LedgerFormatError
from overt.identifiers import Digest
from overt.ledger.merkle import Frontier, frontier_of, leaf_hash
from overt.ledger.tiles import ENTRIES, WIDTH, decode_bundle, node_reader, tile_path, tiles_to_write
from overt.store import schema
from overt.store.ledger_files import LedgerFiles
from overt.store.policy_effects import published_effects

STEP = 65_536
"""Entries read at a time."""


def read_bodies(connection: Connection, start: int, count: int) -> list[bytes]:
    """Entries `start` to `start + count - 1` as the database holds them."""
    query = select(schema.leaf.c.body).where(schema.leaf.c.number >= start, schema.leaf.c.number < start + count)
    return [bytes(body) for body in connection.execute(query.order_by(schema.leaf.c.number)).scalars()]


def published_bodies(files: LedgerFiles, size: int, first: int, count: int) -> list[bytes]:
    """Entries of a published log of `size` entries, read from its bundles."""
    bodies: list[bytes] = []
    for bundle in range(first // WIDTH, -(-min(first + count, size) // WIDTH)):
        width = min(WIDTH, size - bundle * WIDTH)
        bodies += decode_bundle(files.read(tile_path(ENTRIES, bundle, width)), width)
    skip = first % WIDTH
    return bodies[skip : skip + count]


def policy_notes(engine: Engine) -> list[tuple[Digest, bytes]]:
    """Every policy that was adopted or announced, with its signed text; of both, the adopted one's."""
    notes: dict[str, str] = {}
    with engine.connect() as connection:
        for table in (schema.policy_proposal, schema.policy):
            notes |= {row.digest: row.note for row in connection.execute(select(table.c.digest, table.c.note))}
    return [(Digest(digest), note.encode()) for digest, note in sorted(notes.items())]


def documents(engine: Engine) -> list[tuple[Digest, bytes, bytes]]:
    """Every registered activation document: digest, text and note."""
    table = schema.activation_document
    with engine.connect() as connection:
        rows = connection.execute(select(table.c.digest, table.c.text, table.c.note).order_by(table.c.registered_leaf))
        return [(Digest(row.digest), bytes(row.text), bytes(row.note)) for row in rows]


def key_notes(engine: Engine) -> list[tuple[int, bytes]]:
    """Every change of the log's key, by number."""
    table = schema.ledger_key
    with engine.connect() as connection:
        rows = connection.execute(select(table.c.number, table.c.note).where(table.c.note.is_not(None)))
        return sorted((row.number, bytes(row.note)) for row in rows)


def verify(engine: Engine, files: LedgerFiles, size: int, root: bytes) -> None:
    """Compare the database's leaves, the bundles, the tiles and a checkpoint of `size` entries with `root`.

    Raises:
        LedgerContradiction: some two of them disagree.
    """
    frontier = Frontier()
    try:
        for start in range(0, size, STEP):
            with engine.connect() as connection:
                bodies = read_bodies(connection, start, min(STEP, size - start))
            if bodies != published_bodies(files, size, start, len(bodies)):
                raise LedgerContradiction("An entry in the database is not the one that was published.")
            for body in bodies:
                frontier = frontier.append(leaf_hash(body))
        tiles = frontier_of(size, node_reader(size, files.read)).root()
    except (OSError, LedgerFormatError) as error:
        raise LedgerContradiction("A tile of the published log is missing or damaged.") from error
    if frontier.size != size or frontier.root() != root or tiles != root:
        raise LedgerContradiction("The database, the tiles and the checkpoint do not agree.")
    if any(files.policy(digest) != note for digest, note in policy_notes(engine)):
        raise LedgerContradiction("The public text of a policy is missing or is not the database's.")
    if any(files.beside(name) != data for name, data in published_effects(engine)):
        raise LedgerContradiction("The public effect of a policy, or its report, is missing or is not the database's.")
    if any(files.document(digest) != (text, note) for digest, text, note in documents(engine)):
        raise LedgerContradiction("The public text of an activation document is missing or is not the database's.")


def rebuild(engine: Engine, files: LedgerFiles, size: int, root: bytes) -> None:
    """Make the tiles of `size` entries and the policies' texts again; the tiles are compared with `root`.

    Raises:
        LedgerContradiction: what the database holds is not what was published.
    """
    files.forget_tiles()
    for start in range(0, size, STEP):
        with engine.connect() as connection:
            bodies = read_bodies(connection, start, min(STEP, size - start))
        files.write_tiles(tiles_to_write(start, bodies, files.read))
    if size and frontier_of(size, node_reader(size, files.read)).root() != root:
        raise LedgerContradiction()
    for digest, note in policy_notes(engine):
        files.publish_policy(digest, note)
    for digest, text, note in documents(engine):
        files.publish_document(digest, text, note)
    for name, data in published_effects(engine):
        files.write(name, data)
    for number, note in key_notes(engine):
        files.write(f"key/{number}", note)
