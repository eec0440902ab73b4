// SHA-256, HMAC-SHA256 and Ed25519, all by the browser (WebCrypto).
//
// Rule: a browser without Ed25519 says so (`CannotVerify`); no signature is ever passed over.

import { type Bytes } from "./encoding";
import { CannotVerify } from "./failure";

/** SHA-256. */
export async function sha256(data: Bytes): Promise<Bytes> {
  return new Uint8Array(await subtle().digest("SHA-256", data));
}

/** HMAC-SHA256. */
export async function hmac(key: Bytes, message: Bytes): Promise<Bytes> {
  const imported = await subtle().importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await subtle().sign("HMAC", imported, message));
}

/** Whether an Ed25519 signature (RFC 8032) is the key's. */
export async function signedBy(key: Bytes, signature: Bytes, message: Bytes): Promise<boolean> {
  let imported: CryptoKey;
  try {
    imported = await subtle().importKey("raw", key, "Ed25519", false, ["verify"]);
  } catch (error) {
    // A key that is no point of the curve is the key's fault, and answered as a false signature.
    if (error instanceof DOMException && error.name === "DataError") return false;
    throw new CannotVerify("this browser has no Ed25519");
  }
  return subtle().verify("Ed25519", imported, signature, message);
}

function subtle(): SubtleCrypto {
  // Pages without TLS do not have it.
  if (globalThis.crypto?.subtle === undefined) throw new CannotVerify("this browser has no WebCrypto here");
  return crypto.subtle;
}
