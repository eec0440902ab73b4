// Verifier keys, signed notes and checkpoints (C2SP signed-note, tlog-checkpoint), Ed25519 only.
//
// Rules:
// * The text of a note is handed out only after a signature by the given key has verified.
// * Signatures of unknown keys are passed over; a false signature under the known name and key ID spoils the note.

import { hex } from "../hex";
import { base64Bytes, type Bytes, decimal, hashBytes, joined, same, utf8 } from "./encoding";
import { NotVerified } from "./failure";
import { sha256, signedBy } from "./hashing";

/** A public key with the name of the log that signs with it. `id`: 4 bytes; `key`: 32. */
export interface VerifierKey {
  name: string;
  id: Bytes;
  key: Bytes;
}

/** What a log signed about itself. */
export interface Checkpoint {
  origin: string;
  size: bigint;
  root: Bytes;
}

interface Signature {
  name: string;
  id: Bytes;
  value: Bytes;
}

const mostSignatures = 64;

/** Reads `NAME+KEYID+BASE64`. */
export async function parseKey(text: string): Promise<VerifierKey> {
  const first = text.indexOf("+");
  const second = text.indexOf("+", first + 1);
  const name = text.slice(0, Math.max(first, 0));
  if (first < 0 || second < 0 || !isKeyName(name))
    throw new NotVerified("bad_key", "a verifier key has the form NAME+KEYID+BASE64");
  const material = base64Bytes(text.slice(second + 1));
  if (material === undefined || material.length !== 33 || material[0] !== 1)
    throw new NotVerified("bad_key", "it is not an Ed25519 key in base64");
  const id = (await sha256(joined(utf8(`${name}\n`), material))).slice(0, 4);
  if (text.slice(first + 1, second) !== hex(id)) throw new NotVerified("bad_key", "its ID does not belong to it");
  return { name, id, key: material.slice(1) };
}

/** Whether two keys are the same. */
export function sameKey(one: VerifierKey, other: VerifierKey): boolean {
  return one.name === other.name && same(one.key, other.key);
}

/** The checkpoint in a note that the key signed; its origin is the key's name. */
export async function openCheckpoint(note: string, key: VerifierKey): Promise<Checkpoint> {
  const lines = (await openNote(note, key)).slice(0, -1).split("\n");
  const [origin, size, root] = [lines[0], decimal(lines[1] ?? ""), hashBytes(lines[2] ?? "")];
  if (lines.length < 3 || lines.includes("") || origin === undefined || size === undefined || root === undefined)
    throw new NotVerified("bad_checkpoint", "it is not a checkpoint");
  if (origin !== key.name) throw new NotVerified("wrong_origin", "the checkpoint is of another log than the key");
  return { origin, size, root };
}

async function openNote(note: string, key: VerifierKey): Promise<string> {
  const { text, signatures } = split(note);
  const own = signatures.filter((each) => each.name === key.name && same(each.id, key.id));
  if (own.length === 0) throw new NotVerified("unknown_signer", "the key did not sign this");
  for (const each of own)
    if (!(await signedBy(key.key, each.value, utf8(text)))) throw new NotVerified("bad_signature", "it is false");
  return text;
}

function split(note: string): { text: string; signatures: Signature[] } {
  const at = note.lastIndexOf("\n\n");
  const tail = note.slice(at + 2);
  if (/[\0-\x09\x0b-\x1f]/.test(note)) throw bad("it holds control characters");
  if (at < 0 || !tail.endsWith("\n")) throw bad("text, an empty line and signature lines are not all there");
  const lines = tail.slice(0, -1).split("\n");
  if (lines.length > mostSignatures) throw bad("it has too many signatures");
  return { text: note.slice(0, at + 1), signatures: lines.map(signature) };
}

function signature(line: string): Signature {
  const [dash, name, encoded, ...more] = line.split(" ");
  const blob = base64Bytes(encoded ?? "");
  if (dash !== "\u2014" || name === undefined || !isKeyName(name) || more.length > 0 || encoded === undefined)
    throw bad("a signature line is malformed");
  if (blob === undefined || blob.length < 5) throw bad("a signature is not base64 of a key ID and a signature");
  return { name, id: blob.slice(0, 4), value: blob.slice(4) };
}

function isKeyName(name: string): boolean {
  return name !== "" && !/[+\p{C}\p{Z}]/u.test(name);
}

function bad(reason: string): NotVerified {
  return new NotVerified("bad_note", reason);
}
