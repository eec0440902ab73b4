// Files that run on the phone are what the build says they are, or do not run.

import { hex } from "../../hex";

/** A file has another digest than the build gave it. */
export class Altered extends Error {}

/** The bytes of a file of our own, when their SHA-256 is the expected one. */
export async function checkedFile(url: string, digest: string): Promise<Uint8Array<ArrayBuffer>> {
  const answer = await fetch(url, { credentials: "same-origin" });
  if (!answer.ok) throw new TypeError(`${answer.status} for ${url}`);
  return checked(new Uint8Array(await answer.arrayBuffer()), digest);
}

/** The same bytes, when their SHA-256 is the expected one. */
export async function checked(bytes: Uint8Array<ArrayBuffer>, digest: string): Promise<Uint8Array<ArrayBuffer>> {
  if (hex(await crypto.subtle.digest("SHA-256", bytes)) !== digest) throw new Altered();
  return bytes;
}
