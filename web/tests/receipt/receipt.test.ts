// The check in the page agrees with every published vector (spec/ledger-entry-vectors.json).

import { describe, expect, test, vi } from "vitest";
import { parse, serialise, type Json } from "../../src/receipt/canonical";
import { deeds } from "../../src/receipt/deeds";
import { base64Bytes, decimal, isDate, isHour, joined, utf8 } from "../../src/receipt/encoding";
import { parseEntry } from "../../src/receipt/entry";
import { CannotVerify, NotVerified } from "../../src/receipt/failure";
import { hmac, sha256 } from "../../src/receipt/hashing";
import { openCheckpoint, parseKey } from "../../src/receipt/note";
import { verifyProof } from "../../src/receipt/proof";
import { mostBytes, verifyReceipt } from "../../src/receipt/receipt";
import { fromHex, hex } from "../../src/hex";
import { vectors, writtenDeeds } from "./vectors";

const key = await parseKey(vectors.log.vkey);
const ofReceipt = vectors.receipts.map(({ receipt }) => receipt)[1] as string;
type Parts = { v: number; front: Record<string, Json>; inside: Record<string, Json> };

/** The code with which something is refused. */
async function refusal(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
  } catch (error) {
    if (error instanceof NotVerified) return error.code;
    throw error;
  }
  return "verified";
}

/** A receipt of the vectors with something changed, in canonical form. */
function changed(change: (parts: Parts) => void, receipt = ofReceipt): Uint8Array {
  const parts = JSON.parse(receipt) as Parts;
  change(parts);
  return utf8(serialise(parts as unknown as Json));
}

describe("vectors", () => {
  test.each(vectors.commitments)("commitment $commitment", async ({ opening, value, canonical_base64, commitment }) => {
    const data = base64Bytes(canonical_base64) as Uint8Array<ArrayBuffer>;
    expect(serialise(value as Json)).toBe(new TextDecoder().decode(data));
    expect(parse(data, true)).toEqual(value);
    expect(hex(await hmac(fromHex(opening), data))).toBe(commitment);
  });

  test.each(vectors.entries)("entry $name", ({ entry, deed, hour, policy, commitments }) => {
    expect(parseEntry(utf8(entry))).toMatchObject({ deed, hour, policy, commitments });
  });

  test.each(vectors.invalid_entries)("no entry: $reason", async ({ base64 }) => {
    const data = base64Bytes(base64) as Uint8Array<ArrayBuffer>;
    expect(await refusal(async () => parseEntry(data))).toMatch(/^entry_/);
  });

  test("checkpoint and proof", async () => {
    expect((await openCheckpoint(vectors.log.checkpoint, key)).size).toBe(300n);
    const { index, proof } = vectors.log.proof;
    const receipt = vectors.receipts.find((each) => each.entry === index) as { receipt: string };
    const entry = base64Bytes((JSON.parse(receipt.receipt) as { inside: { entry: string } }).inside.entry);
    expect((await verifyProof(proof, entry as Uint8Array<ArrayBuffer>, key)).index).toBe(BigInt(index));
  });

  test.each(vectors.receipts)("receipt of entry $entry", async ({ entry, receipt }) => {
    const found = await verifyReceipt(utf8(receipt), key);
    expect(found.inclusion.index).toBe(BigInt(entry));
    expect(found.inclusion.checkpoint.size).toBe(300n);
  });

  test.each(vectors.invalid_receipts)("no receipt: $reason", async ({ receipt }) => {
    expect(await refusal(() => verifyReceipt(utf8(receipt), key))).not.toBe("verified");
  });
});

describe("the table of deeds", () => {
  test("is the written one", () => {
    const sorted = (names: string[]): string[] => [...names].sort();
    const ours = [...deeds].map(([deed, shape]) => [deed, sorted(shape.fields), sorted(shape.commitments)]);
    expect(ours).toEqual(writtenDeeds());
    expect(ours.length).toBeGreaterThan(20);
  });
});

describe("a receipt", () => {
  test("shows what it opens", async () => {
    const found = await verifyReceipt(utf8(ofReceipt), key);
    expect(found).toMatchObject({ reference: "7K3M-9QXD", hour: "2026-11-01T04Z" });
    expect(found.opened).toEqual({ receipt: { reference: "7K3M-9QXD", officer: "PC 1234", outcome: "released" } });
  });

  test("may open nothing", async () => {
    const none = changed(({ inside }) => (inside["openings"] = []));
    expect((await verifyReceipt(none, key)).opened).toEqual({});
  });

  const lies: [name: string, change: (parts: Parts) => void, code: string][] = [
    ["no key", ({ inside }) => (inside["vkey"] = "key"), "bad_key"],
    ["another origin", ({ inside }) => (inside["origin"] = "other.example/log"), "wrong_origin"],
    ["another reference", ({ front }) => (front["reference"] = "7K3M-9QXE"), "front_mismatch"],
    ["another hour", ({ front }) => (front["hour"] = "2026-11-01T05Z"), "front_mismatch"],
    ["an hour that is none", ({ front }) => (front["hour"] = "today"), "bad_receipt"],
    ["a member more", ({ front }) => (front["officer"] = "PC 1234"), "bad_receipt"],
    ["two members as one", (parts) => rename(parts, "inside", "inside,v"), "bad_receipt"],
    ["no complaint", ({ front }) => (front["complaint"] = ""), "bad_receipt"],
    ["too long a complaint", ({ front }) => (front["complaint"] = "x".repeat(4001)), "bad_receipt"],
    ["an opening of nothing", opening("name", "officer"), "bad_receipt"],
    ["an opening of a member of every object", opening("name", "toString"), "bad_receipt"],
    ["an opening too short", opening("opening", "00"), "bad_receipt"],
    ["another value", opening("value", { reference: "7K3M-9QXD", officer: "PC 1" }), "commitment_mismatch"],
    ["a proof with extra data", proof("index 132\n", "extra AAAA\nindex 132\n"), "bad_proof"],
    ["a proof of another place", proof("index 132\n", "index 123\n"), "proof_mismatch"],
    ["a place outside the log", proof("index 132\n", "index 300\n"), "proof_mismatch"],
    ["a proof with a hash too many", proof("\n\n", `\n${"A".repeat(43)}=\n\n`), "proof_mismatch"],
    ["a checkpoint of another size", proof("\n300\n", "\n301\n"), "bad_signature"],
    ["another version", (parts) => (parts.v = 2), "bad_receipt"],
  ];

  test.each(lies)("with %s", async (_, change, code) => {
    expect(await refusal(() => verifyReceipt(changed(change), key))).toBe(code);
  });

  test("of a forger, who has a key of that name too", async () => {
    const forger = await verifierKey(vectors.log.vkey.split("+")[0] as string);
    const forged = changed(({ inside }) => (inside["vkey"] = forger));
    expect(await refusal(() => verifyReceipt(forged, key))).toBe("unknown_signer");
    expect(await refusal(async () => verifyReceipt(utf8(ofReceipt), await parseKey(forger)))).toBe("unknown_signer");
    // Whoever believed the receipt's own key would come further, to a checkpoint that this key did not sign.
    expect(await refusal(async () => verifyReceipt(forged, await parseKey(forger)))).toBe("unknown_signer");
  });

  test("is taken in its one spelling only", async () => {
    for (const data of [`${ofReceipt}\n`, ` ${ofReceipt}`, `\ufeff${ofReceipt}`, ofReceipt.replace('"v":1', '"v":1.0')])
      expect(await refusal(() => verifyReceipt(utf8(data), key))).toBe("bad_receipt");
    expect(await refusal(() => verifyReceipt(Uint8Array.of(0xff), key))).toBe("bad_receipt");
    expect(await refusal(() => verifyReceipt(new Uint8Array(mostBytes + 1), key))).toBe("file_too_large");
  });

  test("is not called false where nothing was checked", async () => {
    const without = { importKey: refuse, digest: crypto.subtle.digest.bind(crypto.subtle) };
    vi.stubGlobal("crypto", { subtle: without });
    await expect(verifyReceipt(utf8(ofReceipt), key)).rejects.toThrow(CannotVerify);
    vi.stubGlobal("crypto", undefined);
    await expect(verifyReceipt(utf8(ofReceipt), key)).rejects.toThrow(CannotVerify);
    vi.unstubAllGlobals();
  });
});

describe("small encodings", () => {
  test.each([
    "-0", "01", "1.5", "1e2", "9007199254740992", '"\\u0041"', '"\\ud800"', '{"b":1,"a":2}', '{"a":1,"a":1}', "[1, 2]",
    '{"__proto__":1,"__proto__":2}', "[".repeat(33) + "]".repeat(33), "[".repeat(9000), "", "NaN",
  ])("not canonical: %s", (text) => {
    expect(() => parse(utf8(text), true)).toThrow();
  });

  test.each([
    "[]", "null", "-9007199254740991", '{"__proto__":1,"a":"\u20ac\\u0000\u{1f600}"}', "[".repeat(32) + "]".repeat(32),
  ])("canonical: %s", (text) => {
    expect(serialise(parse(utf8(text), true))).toBe(text);
  });

  test("literals where they may stand only", () => {
    expect(() => parse(utf8('{"a":[true]}'), false)).toThrow();
  });

  test("days and hours that exist", () => {
    expect(["2024-02-29", "2000-02-29", "0001-01-01"].every(isDate)).toBe(true);
    const none = ["2023-02-29", "1900-02-29", "0000-01-01", "2026-13-01", "2026-00-10", "2026-1-1", "2026-01-01\n"];
    expect(none.some(isDate)).toBe(false);
    expect(isHour("2026-11-06T23Z")).toBe(true);
    expect(["2026-11-06T24Z", "2026-11-01T04Z\n", "2026-11-31T04Z"].some(isHour)).toBe(false);
  });

  test("base64 and counts in one form", () => {
    for (const text of ["AA=", "AAA", "AB==", "AAB=", "A A=", "AA==\n", "-_8="]) expect(base64Bytes(text)).toBeUndefined();
    for (const text of ["", "AA==", "AAA=", "+/8="]) expect(base64Bytes(text)).toBeDefined();
    expect(decimal("9223372036854775807")).toBe(2n ** 63n - 1n);
    for (const text of ["9223372036854775808", "01", "-1", ""]) expect(decimal(text)).toBeUndefined();
  });
});

/** A fresh verifier key under a name. */
async function verifierKey(name: string): Promise<string> {
  const pair = (await crypto.subtle.generateKey("Ed25519", true, ["sign"])) as CryptoKeyPair;
  const material = joined(Uint8Array.of(1), new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey)));
  const id = (await sha256(joined(utf8(`${name}\n`), material))).slice(0, 4);
  return `${name}+${hex(id)}+${btoa(String.fromCharCode(...material))}`;
}

function refuse(): Promise<CryptoKey> {
  return Promise.reject(new DOMException("unknown algorithm", "NotSupportedError"));
}

function opening(name: string, value: Json): (parts: Parts) => void {
  return ({ inside }) => ((inside["openings"] as Record<string, Json>[])[0] as Record<string, Json>)[name] = value;
}

function proof(old: string, fresh: string): (parts: Parts) => void {
  return ({ inside }) => (inside["proof"] = (inside["proof"] as string).replace(old, fresh));
}

function rename(parts: Parts, old: string, fresh: string): void {
  const whole = parts as unknown as Record<string, Json>;
  whole[fresh] = whole[old] as Json;
  delete whole[old];
  delete whole["v"];
}
