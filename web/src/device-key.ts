// The phone's own key: made in the browser, not exportable, kept in its database for this origin.
//
// Rules:
// * The private half never leaves WebCrypto; nobody can copy it out, this script included (`extractable: false`).
// * It signs two messages only: a sign-in (spec/device-sign-in.md) and a capture (spec/capture-signature.md).

import { ascii, hex } from "./hex";

const database = "overt";
const store = "device";
const curve = { name: "ECDSA", namedCurve: "P-256" } as const;
const signing = { name: "ECDSA", hash: "SHA-256" } as const;

interface Kept {
  pair: CryptoKeyPair;
  device: string;
}

/** A new key; `publicKey` is the uncompressed point, 65 bytes in hex. */
export async function makeKey(): Promise<{ pair: CryptoKeyPair; publicKey: string }> {
  const pair = await crypto.subtle.generateKey(curve, false, ["sign"]);
  return { pair, publicKey: hex(await crypto.subtle.exportKey("raw", pair.publicKey)) };
}

/** Keeps the key under the identifier that the server gave. */
export async function keepKey(pair: CryptoKeyPair, device: string): Promise<void> {
  await transaction("readwrite", (rows) => rows.put({ pair, device } satisfies Kept, "this"));
}

/** This phone's identifier, when it is enrolled. */
export async function deviceId(): Promise<string | undefined> {
  return (await kept())?.device;
}

/** A signature over lines, each ended by a line feed: raw r || s, in hex. */
export async function sign(lines: readonly string[]): Promise<string> {
  const found = await kept();
  if (found === undefined) throw new Error("this phone is not enrolled");
  const message = ascii(lines.map((line) => `${line}\n`).join(""));
  return hex(await crypto.subtle.sign(signing, found.pair.privateKey, message));
}

async function kept(): Promise<Kept | undefined> {
  return transaction("readonly", (rows) => rows.get("this") as IDBRequest<Kept | undefined>);
}

async function transaction<T>(mode: IDBTransactionMode, act: (rows: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const opened = await asked(opening());
  try {
    return await asked(act(opened.transaction(store, mode).objectStore(store)));
  } finally {
    opened.close();
  }
}

function opening(): IDBOpenDBRequest {
  const request = indexedDB.open(database, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(store);
  return request;
}

function asked<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("the browser's database failed"));
  });
}
