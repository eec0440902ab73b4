"""The verifier agrees with every published vector (spec/ledger-entry-vectors.json)."""

import base64
import datetime
import hashlib
import hmac
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from verify_simulators import tree
from verify_simulators.lying_ledger import bundle, canonical, name

from overt_verify.audit import audit
from overt_verify.canonical import parse, serialise
from overt_verify.checkpoint import open_checkpoint
from overt_verify.entry import parse_entry
from overt_verify.errors import Code, VerificationError
from overt_verify.history import TileTree
from overt_verify.merkle import EMPTY_ROOT, Frontier, inclusion_root, leaf_hash
from overt_verify.note import VerifierKey
from overt_verify.proof import verify_proof
from overt_verify.receipt import verify_receipt
from overt_verify.tiles import LedgerFolder

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "spec" / "ledger-entry-vectors.json").read_text(encoding="utf-8")
)
LOG: dict[str, Any] = VECTORS["log"]
KEY = VerifierKey.parse(LOG["vkey"])


def labels(kind: str, label: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("vector", VECTORS[kind], ids=[str(vector[label]) for vector in VECTORS[kind]])


@cache
def log_entries() -> tuple[bytes, ...]:
    """The entries of the vectors' log, made by its rule."""
    samples = {vector["name"]: vector["entry"].encode() for vector in VECTORS["entries"]}
    fixed = {0: samples["ledger-created"], 123: samples["check-opened"], 132: samples["receipt-issued"]}
    return tuple(fixed.get(i) or filler(i) for i in range(LOG["size"]))


def filler(index: int) -> bytes:
    hour = datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC) + datetime.timedelta(hours=index // 30)
    text = LOG["policy"].partition("\n")[0]
    build, policy = ("sha256:" + hashlib.sha256(word).hexdigest() for word in (b"build", text.encode()))
    first = {"change": "first", "demonstration": "yes", "version": "test-1"}
    deed, fields = ("policy:version:adopted", first) if index == 1 else ("gallery:relation:recorded", {"count": index})
    entry = {"v": 1, "deed": deed, "hour": f"{hour:%Y-%m-%dT%HZ}", "build": build, "policy": policy}
    if 123 < index < 132:
        tag = hashlib.sha256(str(index).encode()).hexdigest()
        entry |= {"deed": "encounter:follow-up:recorded", "once": tag}
        return canonical(entry | {"fields": {}, "commitments": {"follow_up": tag}})
    return canonical(entry | {"fields": fields, "commitments": {}})


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The vectors' log on disk; the digests of its files are the vectors'."""
    root = tmp_path_factory.mktemp("vectors")
    leaves = [tree.leaf(entry) for entry in log_entries()]
    files = {
        name("entries", 0, 256): bundle(list(log_entries()[:256])),
        name("entries", 1, 44): bundle(list(log_entries()[256:])),
        **{
            name(level, n, w): b"".join(tree.tile(leaves, level, n))
            for level, n, w in ((0, 0, 256), (0, 1, 44), (1, 0, 1))
        },
    }
    assert {path: hashlib.sha256(data).hexdigest() for path, data in files.items()} == LOG["tiles"]
    note = LOG["policy"].encode()
    policy = "policy/" + hashlib.sha256(note.partition(b"\n")[0]).hexdigest()
    for path, data in {**files, policy: note, "checkpoint": LOG["checkpoint"].encode()}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    return root


@labels("commitments", "commitment")
def test_commitments(vector: dict[str, Any]) -> None:
    data = base64.b64decode(vector["canonical_base64"])
    assert serialise(vector["value"]) == data
    assert parse(data, literals=True) == vector["value"]
    assert hmac.new(bytes.fromhex(vector["opening"]), data, hashlib.sha256).hexdigest() == vector["commitment"]


@labels("entries", "name")
def test_entries(vector: dict[str, Any]) -> None:
    data = vector["entry"].encode()
    entry = parse_entry(data)
    assert (entry.deed, entry.hour, entry.build, entry.policy) == tuple(
        vector[part] for part in ("deed", "hour", "build", "policy")
    )
    assert (dict(entry.commitments), entry.once) == (vector["commitments"], vector["once"])
    assert leaf_hash(data).hex() == vector["leaf_hash"]


@labels("invalid_entries", "reason")
def test_invalid_entries(vector: dict[str, Any]) -> None:
    with pytest.raises(VerificationError) as caught:
        parse_entry(base64.b64decode(vector["base64"]))
    assert caught.value.code.value.startswith("entry_")


def test_the_log_verifies(published: Path) -> None:
    report = audit(LedgerFolder(published), KEY)
    assert report.checkpoint.root.hex() == LOG["roots"]["300"]
    assert report.summary.deeds["gallery:relation:recorded"] == 288


def test_leaf_hashes_and_roots() -> None:
    frontier, roots, hashes = Frontier(lambda *_: None), {0: EMPTY_ROOT}, {}
    for index, entry in enumerate(log_entries()):
        hashes[index] = leaf_hash(entry)
        frontier.push(hashes[index])
        roots[index + 1] = frontier.root()
    assert {size: roots[int(size)].hex() for size in LOG["roots"]} == LOG["roots"]
    assert {index: hashes[int(index)].hex() for index in LOG["leaf_hashes"]} == LOG["leaf_hashes"]


@pytest.mark.parametrize("vector", LOG["inclusion"], ids=lambda vector: f"{vector['index']} of {vector['size']}")
def test_inclusion(vector: dict[str, Any]) -> None:
    index, size = vector["index"], vector["size"]
    proof = tuple(map(bytes.fromhex, vector["hashes"]))
    assert inclusion_root(leaf_hash(log_entries()[index]), index, size, proof).hex() == tree.mth(leaves(size)).hex()


@pytest.mark.parametrize("vector", LOG["consistency"], ids=lambda vector: f"{vector['old']} in {vector['new']}")
def test_consistency(published: Path, vector: dict[str, Any]) -> None:
    """The verifier makes such proofs from tiles; both roots it finds are the vectors'."""
    old, new = vector["old"], vector["new"]
    if new == LOG["size"] and old > 0:
        found = TileTree(LedgerFolder(published), new).roots(old)
        assert found == (tree.mth(leaves(old)), tree.mth(leaves(new)))
    assert [tree.mth(leaves(size)).hex() for size in (old, new) if str(size) in LOG["roots"]] == [
        LOG["roots"][str(size)] for size in (old, new) if str(size) in LOG["roots"]
    ]


def test_checkpoint_and_proof() -> None:
    checkpoint = open_checkpoint(LOG["checkpoint"].encode(), KEY)
    assert (checkpoint.origin, checkpoint.size) == (LOG["origin"], 300)
    index = LOG["proof"]["index"]
    assert verify_proof(LOG["proof"]["proof"], log_entries()[index], KEY).index == index


@labels("receipts", "entry")
def test_receipts(vector: dict[str, Any]) -> None:
    found = verify_receipt(vector["receipt"].encode(), KEY)
    assert (found.inclusion.index, found.own_key) == (vector["entry"], False)


@labels("invalid_receipts", "reason")
def test_invalid_receipts(vector: dict[str, Any]) -> None:
    with pytest.raises(VerificationError) as caught:
        verify_receipt(vector["receipt"].encode(), KEY)
    assert caught.value.code != Code.RECEIPT_KEY_NOT_TRUSTED


def leaves(size: int) -> list[bytes]:
    return [tree.leaf(entry) for entry in log_entries()[:size]]
