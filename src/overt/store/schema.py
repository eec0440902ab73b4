"""The tables. Migrations in `migrations/` make them; a test compares the two.

Rules:
* Nothing of a probe has a column: no image, template, hash or tag of one.
* A person's name, label, images and templates are sealed under that person's key, which is not in the database.
* `label_tag`, `row_tag` and `image_tag` are keyed (HMAC, the key outside the database) and go with their row.
* `relation` holds two people's numbers and a code, in clear; it goes with either of them.
* Leaves are numbered without holes by the transaction that holds the ledger lock (see `ledger_log`).
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

metadata = MetaData(
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s_ix",
        "uq": "%(table_name)s_%(column_0_N_name)s_uq",
        "ck": "%(table_name)s_%(constraint_name)s_ck",
        "fk": "%(table_name)s_%(column_0_N_name)s_fk",
        "pk": "%(table_name)s_pk",
    }
)

moment = DateTime(timezone=True)

instance = Table(
    "instance",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("origin", Text, nullable=False),
    Column("demonstration", Boolean, nullable=False),
    Column("created_at", moment, nullable=False),
)

policy = Table(
    "policy",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("note", Text, nullable=False),
    Column("adopted_at", moment, nullable=False),
    Column("adopted_leaf", BigInteger, nullable=False, unique=True),
)

policy_proposal = Table(
    "policy_proposal",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("note", Text, nullable=False),
    Column("announced_leaf", BigInteger, nullable=False, unique=True),
)

policy_effect = Table(
    "policy_effect",
    metadata,
    Column("name", Text, primary_key=True),
    Column("text", LargeBinary, nullable=False),
)

activation_document = Table(
    "activation_document",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("text", LargeBinary, nullable=False),
    Column("note", LargeBinary, nullable=False),
    Column("registered_leaf", BigInteger, nullable=False, unique=True),
)

suspension = Table(
    "suspension",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("note", Text, nullable=False),
    Column("ordered_leaf", BigInteger, nullable=False, unique=True),
    Column("lift_note", Text),
    Column("lifted_leaf", BigInteger, unique=True),
)

witness_view = Table(
    "witness_view",
    metadata,
    Column("key", Text, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("note", Text, nullable=False),
    Column("cosigned_at", moment, nullable=False),
)

account = Table(
    "account",
    metadata,
    Column("id", Text, primary_key=True),
    Column("roles", ARRAY(Text), nullable=False),
    Column("trained_until", Date, nullable=False),
    Column("authorised_at", moment, nullable=False),
    Column("seated", Boolean, nullable=False),
    Column("revoked_at", moment),
)

session = Table(
    "session",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("account", ForeignKey("account.id"), nullable=False),
    Column("device", ForeignKey("device.id")),
    Column("simulated", Boolean, nullable=False),
    Column("opened_at", moment, nullable=False),
    Column("last_used", moment, nullable=False),
    Column("verified_at", moment),
    Column("closed_at", moment),
)

passkey = Table(
    "passkey",
    metadata,
    Column("id", LargeBinary, primary_key=True),
    Column("account", ForeignKey("account.id"), nullable=False, index=True),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("registered_at", moment, nullable=False),
    Column("revoked_at", moment),
)

challenge = Table(
    "challenge",
    metadata,
    Column("value", LargeBinary, primary_key=True),
    Column("purpose", Text, nullable=False),
    Column("bound_to", Text, nullable=False),
    Column("issued_at", moment, nullable=False, index=True),
)

invitation = Table(
    "invitation",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("account", ForeignKey("account.id")),
    Column("made_by", ForeignKey("account.id")),
    Column("made_at", moment, nullable=False, index=True),
    Column("encounter", ForeignKey("encounter.id", ondelete="CASCADE"), index=True),
    Column("used_at", moment),
)

draft = Table(
    "draft",
    metadata,
    Column("session", ForeignKey("session.token_hash", ondelete="CASCADE"), primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("body", JSONB, nullable=False),
    Column("changed_at", moment, nullable=False),
)

device = Table(
    "device",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("label", Text, nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("enrolled_at", moment, nullable=False),
    Column("revoked_at", moment),
)

sign_off = Table(
    "sign_off",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("officer", ForeignKey("account.id"), nullable=False),
    Column("fields", JSONB, nullable=False),
    Column("asked_at", moment, nullable=False, index=True),
    Column("supervisor", ForeignKey("account.id")),
    Column("given", Boolean),
    Column("answered_at", moment),
    Column("used_at", moment),
)

capture_nonce = Table(
    "capture_nonce",
    metadata,
    Column("nonce", LargeBinary, primary_key=True),
    Column("encounter", ForeignKey("encounter.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("device", ForeignKey("device.id"), nullable=False),
    Column("issued_at", moment, nullable=False),
    Column("used_at", moment),
)

batch = Table(
    "batch",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("manifest_tag", LargeBinary, nullable=False),
    Column("started_at", moment, nullable=False),
    Column("sealed_at", moment),
    Column("leaf", BigInteger, unique=True),
)

person = Table(
    "person",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("label_tag", LargeBinary, nullable=False, unique=True),
    Column("label_sealed", LargeBinary, nullable=False),
    Column("names_sealed", LargeBinary),
    Column("synthetic", Boolean, nullable=False),
)

reference = Table(
    "reference",
    metadata,
    Column("id", BigInteger, Identity(always=False), primary_key=True),
    Column("person", ForeignKey("person.id"), nullable=False, index=True),
    Column("batch", ForeignKey("batch.id"), nullable=False, index=True),
    Column("source", Text, nullable=False),
    Column("lawful_basis", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("captured_on", Date, nullable=False),
    Column("review_on", Date, nullable=False),
    Column("decided_on", Date, nullable=False),
    Column("under_18", Boolean, nullable=False),
    Column("synthetic", Boolean, nullable=False),
    Column("contract", Text, nullable=False),
    Column("template_sealed", LargeBinary, nullable=False),
    Column("image_sealed", LargeBinary),
    Column("row_tag", LargeBinary, unique=True),
    Column("image_tag", LargeBinary, unique=True),
    Column("opening", LargeBinary, nullable=False),
    CheckConstraint("source in ('custody', 'missing')", name="lawful_source"),
)

relation = Table(
    "relation",
    metadata,
    Column("person", ForeignKey("person.id"), primary_key=True),
    Column("other", ForeignKey("person.id"), primary_key=True, index=True),
    Column("code", Text, nullable=False),
    CheckConstraint("person < other", name="lesser_first"),
    CheckConstraint("code in ('twin', 'sibling', 'relative')", name="known_code"),
)

gallery_change = Table(
    "gallery_change",
    metadata,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("batch", Uuid),
    Column("reference", BigInteger),
    CheckConstraint("kind in ('batch', 'relabelled', 'removed')", name="known_kind"),
)

erasure_owed = Table(
    "erasure_owed",
    metadata,
    Column("person", Uuid, primary_key=True),
    Column("erased_at", moment, nullable=False),
)

encounter = Table(
    "encounter",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("officer", Text, nullable=False),
    Column("operator", Text, nullable=False),
    Column("area", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("simulated", Boolean, nullable=False),
    Column("opened_at", moment, nullable=False),
    Column("version", Integer, nullable=False),
    Column("record", JSONB, nullable=False),
    Column("retain_until", Date, nullable=False),
    Index(None, "area", "opened_at"),
    Index(None, "officer", "state"),
    Index(None, "operator", "state"),
)

pilot_user = Table(
    "pilot_user",
    metadata,
    Column("account", Text, primary_key=True),
    Column("first_check_at", moment, nullable=False),
)

answer = Table(
    "answer",
    metadata,
    Column("encounter", ForeignKey("encounter.id", ondelete="CASCADE"), primary_key=True),
    Column("answered_at", moment, nullable=False),
    Column("leaf", BigInteger, nullable=False),
    Column("session", LargeBinary),
    Column("body", JSONB, nullable=False),
    Column("retain_until", Date, nullable=False),
)

second_judgement = Table(
    "second_judgement",
    metadata,
    Column("encounter", ForeignKey("encounter.id", ondelete="CASCADE"), primary_key=True),
    Column("account", ForeignKey("account.id"), nullable=False),
    Column("session", LargeBinary, nullable=False),
    Column("joined_at", moment, nullable=False),
    Column("answers", JSONB),
    Column("answered_at", moment),
)

image_view = Table(
    "image_view",
    metadata,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("encounter", ForeignKey("encounter.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("reference", BigInteger, nullable=False),
    Column("account", ForeignKey("account.id"), nullable=False),
    Column("viewed_at", moment, nullable=False),
)

receipt_link = Table(
    "receipt_link",
    metadata,
    Column("lookup", LargeBinary, primary_key=True),
    Column("encounter", ForeignKey("encounter.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("salt", LargeBinary, nullable=False),
    Column("pin_hash", LargeBinary, nullable=False),
    Column("wrong_pins", Integer, nullable=False),
    Column("made_at", moment, nullable=False),
    Column("retain_until", Date, nullable=False, index=True),
)

leaf = Table(
    "leaf",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("deed", Text, nullable=False),
    Column("hour", Text, nullable=False),
    Column("encounter", Uuid, index=True),
    Column("body", LargeBinary, nullable=False),
    # The last receipt or end of a day, found without reading what is between.
    Index(
        "leaf_round_ix",
        "number",
        postgresql_where=text("deed in ('encounter:receipt:issued', 'instance:day:closed')"),
    ),
)

opening = Table(
    "opening",
    metadata,
    Column("leaf", ForeignKey("leaf.number"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("opening", LargeBinary, nullable=False),
    Column("value", JSONB, nullable=False),
    Column("retain_until", Date, nullable=False, index=True),
)

ledger_key = Table(
    "ledger_key",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("vkey", Text, nullable=False),
    Column("note", LargeBinary),
    Column("since", moment, nullable=False),
)

closed_day = Table(
    "closed_day",
    metadata,
    Column("day", Date, primary_key=True),
    Column("leaf", BigInteger, nullable=False, unique=True),
)

journal = Table(
    "journal",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", moment, nullable=False),
    Column("actor", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("subject", Text, nullable=False, index=True),
    Column("why", Text, nullable=False),
    Column("recipient", Text),
    Column("chain", LargeBinary, nullable=False),
    Column("retain_until", Date, nullable=False),
)

log_head = Table(
    "log_head",
    metadata,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("root", LargeBinary, nullable=False),
    Column("signed_at", moment, nullable=False),
)

counter = Table(
    "counter",
    metadata,
    Column("day", Date, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("count", Integer, nullable=False),
)
