// What the phone signs for a sign-in: spec/device-sign-in.md, format 1.

import { fromHex, hex } from "./hex";

const title = "overt-sign-in-v1";

/** The message's lines; `challenge` in base64url, as the passkey gets it. */
export function lines(challenge: string, device: string): string[] {
  return [title, hex(fromBase64Url(challenge)), device];
}

function fromBase64Url(text: string): Uint8Array {
  const binary = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return fromHex(Array.from(binary, (each) => each.charCodeAt(0).toString(16).padStart(2, "0")).join(""));
}
