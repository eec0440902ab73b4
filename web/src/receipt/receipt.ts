// Checks a receipt as spec/receipt.md says, "Checking one".
//
// Rules:
// * The key comes from somewhere else than the receipt; there is no way to check one with its own.
// * Any step that fails makes the whole receipt worthless: there is no partial result.

import { fromHex, hex } from "../hex";
import { type Json, parse, serialise } from "./canonical";
import { base64Bytes, isHex64, isHour, utf8 } from "./encoding";
import { type Entry, parseEntry } from "./entry";
import { NotVerified } from "./failure";
import { hmac } from "./hashing";
import { parseKey, sameKey, type VerifierKey } from "./note";
import { type Inclusion, verifyProof } from "./proof";

export const mostBytes = 262_144;
const reference = /^[A-Z0-9]{4}(?:-[A-Z0-9]{4}){1,3}$/;
const longestComplaint = 4000;

type Members = { [name: string]: Json };

/** A receipt that verified. `opened`: values of the commitments that it opens. */
export interface Receipt {
  reference: string;
  hour: string;
  complaint: string;
  entry: Entry;
  opened: { [name: string]: Json };
  inclusion: Inclusion;
}

/**
 * Verifies a receipt.
 *
 * @param data the file's bytes.
 * @param key the log's key, got elsewhere.
 * @throws NotVerified with a code of `overt-verify`; CannotVerify where the browser lacks what it takes.
 */
export async function verifyReceipt(data: Uint8Array, key: VerifierKey): Promise<Receipt> {
  const { front, inside } = halves(data);
  const own = await parseKey(textOf(inside, "vkey"));
  if (!sameKey(own, key)) throw new NotVerified("unknown_signer", "the receipt names another key");
  if (own.name !== textOf(inside, "origin"))
    throw new NotVerified("wrong_origin", "key and origin have different names");
  const leaf = base64Bytes(textOf(inside, "entry"));
  if (leaf === undefined) throw bad("its entry is not base64");
  const inclusion = await verifyProof(textOf(inside, "proof"), leaf, own);
  const entry = parseEntry(leaf);
  const opened = await openings(inside["openings"] as Json, entry);
  checkFront(front, entry, opened);
  return {
    reference: textOf(front, "reference"),
    hour: entry.hour,
    complaint: textOf(front, "complaint"),
    entry,
    opened,
    inclusion,
  };
}

function halves(data: Uint8Array): { front: Members; inside: Members } {
  if (data.length > mostBytes) throw new NotVerified("file_too_large", "no receipt is so large");
  let whole: Json;
  try {
    whole = parse(data, true);
  } catch (error) {
    throw bad(String(error));
  }
  const members = objectOf(whole, ["v", "front", "inside"]);
  if (members["v"] !== 1) throw bad("its version is not 1");
  const front = objectOf(members["front"], ["reference", "hour", "complaint"]);
  return { front, inside: objectOf(members["inside"], ["entry", "openings", "origin", "vkey", "proof"]) };
}

function checkFront(front: Members, entry: Entry, opened: { [name: string]: Json }): void {
  const [said, hour, complaint] = ["reference", "hour", "complaint"].map((name) => textOf(front, name)) as [
    string,
    string,
    string,
  ];
  const length = [...complaint].length;
  if (!reference.test(said) || !isHour(hour) || length === 0 || length > longestComplaint)
    throw bad("its front is malformed");
  if (hour !== entry.hour) throw new NotVerified("front_mismatch", "the hour on the front is not the entry's");
  const value = Object.hasOwn(opened, "receipt") ? opened["receipt"] : null;
  if (isObject(value) && Object.hasOwn(value, "reference") && value["reference"] !== said)
    throw new NotVerified("front_mismatch", "the reference on the front is not the one committed to");
}

async function openings(value: Json, entry: Entry): Promise<{ [name: string]: Json }> {
  if (!Array.isArray(value)) throw bad("its openings are not an array");
  const items = value.map((item) => objectOf(item, ["name", "opening", "value"]));
  const names = items.map((item) => textOf(item, "name"));
  if (names.some((name, at) => at > 0 && (names[at - 1] as string) >= name)) throw bad("its openings are out of order");
  for (const [at, item] of items.entries()) await checkOpening(names[at] as string, item, entry);
  return Object.fromEntries(items.map((item, at) => [names[at], item["value"] as Json]));
}

async function checkOpening(name: string, item: Members, entry: Entry): Promise<void> {
  const opening = textOf(item, "opening");
  const committed = Object.hasOwn(entry.commitments, name) ? entry.commitments[name] : undefined;
  if (committed === undefined || !isHex64(opening)) throw bad("an opening is malformed or of no commitment");
  const computed = await hmac(fromHex(opening), utf8(serialise(item["value"] as Json)));
  if (hex(computed) !== committed)
    throw new NotVerified("commitment_mismatch", `the value shown for ${name} is not the one committed to`);
}

function isObject(value: Json | undefined): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function objectOf(value: Json | undefined, names: string[]): Members {
  const all = isObject(value) && names.every((name) => Object.hasOwn(value, name));
  if (!all || Object.keys(value).length !== names.length)
    throw bad(`an object does not have exactly the members ${names.join(", ")}`);
  return value;
}

function textOf(members: Members, name: string): string {
  const value = members[name];
  if (typeof value !== "string") throw bad(`its member ${name} is not text`);
  return value;
}

function bad(reason: string): NotVerified {
  return new NotVerified("bad_receipt", reason);
}
