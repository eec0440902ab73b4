// What the phone signs for a capture: spec/capture-signature.md, format 2.

import { hex } from "../../hex";
import type { Opening } from "../guidance/shutter";

const title = "overt-capture-v2";

/** The lines of the message. `frames` are the digests, in the order sent. */
export function lines(nonce: string, encounter: string, opening: Opening, frames: readonly string[]): string[] {
  return [title, nonce, encounter, opening, ...frames];
}

/** SHA-256 of each frame, in hex. */
export function digests(frames: readonly Uint8Array<ArrayBuffer>[]): Promise<string[]> {
  return Promise.all(frames.map(async (frame) => hex(await crypto.subtle.digest("SHA-256", frame))));
}
