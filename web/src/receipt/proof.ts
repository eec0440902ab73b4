// Proofs that one entry is in a log (C2SP tlog-proof without an `extra` line; RFC 6962 tree).
//
// Rules:
// * The checkpoint inside is opened with the caller's key before the proof is looked at.
// * A proof proves nothing about a leaf that was not hashed here.

import { type Bytes, decimal, hashBytes, joined, same } from "./encoding";
import { NotVerified } from "./failure";
import { sha256 } from "./hashing";
import { type Checkpoint, openCheckpoint, type VerifierKey } from "./note";

const header = "c2sp.org/tlog-proof@v1";
const longest = 63;

/** A verified place in a log. */
export interface Inclusion {
  index: bigint;
  checkpoint: Checkpoint;
}

/** Verifies that `entry` is in the log of `key`. */
export async function verifyProof(proof: string, entry: Bytes, key: VerifierKey): Promise<Inclusion> {
  const at = proof.indexOf("\n\n");
  const lines = proof.slice(0, Math.max(at, 0)).split("\n");
  if (at < 0 || lines[0] !== header || !lines[1]?.startsWith("index "))
    throw new NotVerified("bad_proof", "header, index and checkpoint are not all there");
  const index = decimal(lines[1].slice("index ".length));
  const hashes = hashesOf(lines.slice(2));
  if (index === undefined) throw new NotVerified("bad_proof", "the index is malformed");
  const checkpoint = await openCheckpoint(proof.slice(at + 2), key);
  const leaf = await sha256(joined(Uint8Array.of(0), entry));
  if (!same(await inclusionRoot(leaf, index, checkpoint.size, hashes), checkpoint.root))
    throw new NotVerified("proof_mismatch", "it does not lead to the signed root");
  return { index, checkpoint };
}

/** The root that a proof leads to (RFC 9162, section 2.1.3.2). */
async function inclusionRoot(leaf: Bytes, index: bigint, size: bigint, proof: Bytes[]): Promise<Bytes> {
  if (index >= size) throw new NotVerified("proof_mismatch", "it is for an entry outside the log");
  let [place, last, root] = [index, size - 1n, leaf];
  for (const sibling of proof) {
    if (last === 0n) throw wrongLength();
    if (place & 1n || place === last) {
      root = await nodeHash(sibling, root);
      while (!(place & 1n) && place !== 0n) [place, last] = [place >> 1n, last >> 1n];
    } else {
      root = await nodeHash(root, sibling);
    }
    [place, last] = [place >> 1n, last >> 1n];
  }
  if (last !== 0n) throw wrongLength();
  return root;
}

function nodeHash(left: Bytes, right: Bytes): Promise<Bytes> {
  return sha256(joined(Uint8Array.of(1), left, right));
}

function hashesOf(lines: string[]): Bytes[] {
  if (lines.length > longest) throw new NotVerified("bad_proof", "it has more hashes than any log needs");
  return lines.map((line) => {
    const hash = hashBytes(line);
    if (hash === undefined) throw new NotVerified("bad_proof", "a hash is not 32 bytes in base64");
    return hash;
  });
}

function wrongLength(): NotVerified {
  return new NotVerified("proof_mismatch", "it is too long or too short for its place");
}
