// The way of a capture to the server: nonce, signature, frames; and asking again for an answer that was lost.

import { sign } from "../../device-key";
import { NoSignal, send } from "../../http";
import type { Opening } from "../guidance/shutter";
import { burst, burstType } from "./container";
import { digests, lines } from "./message";

/** What the camera page reads of an answer; everything else is the comparison's, on the server. */
export interface Answer {
  readonly candidates: readonly string[];
  /** What the frames look like the photograph of, if they do; never there when a stored answer is shown again. */
  readonly presentation_warning: string | null;
}

const patience = { nonce: 10_000, capture: 60_000, answer: 20_000 };

/** A fresh nonce. No signal here means that nothing is taken. */
export async function nonce(api: string): Promise<string> {
  return (await asked<{ nonce: string }>(`${api}/nonce`, { method: "POST" }, patience.nonce)).nonce;
}

/** Signs and sends the frames of one press. */
export async function capture(
  api: string,
  encounter: string,
  value: string,
  opening: Opening,
  frames: readonly Uint8Array<ArrayBuffer>[],
): Promise<Answer> {
  const signature = await sign(lines(value, encounter, opening, await digests(frames)));
  const headers = {
    "content-type": burstType,
    "overt-nonce": value,
    "overt-shutter": opening,
    "overt-signature": signature,
  };
  return asked(`${api}/capture`, { method: "POST", headers, body: burst(frames) }, patience.capture);
}

/** The stored answer; nothing is searched again. */
export function answerAgain(api: string): Promise<Answer> {
  return asked(`${api}/answer`, {}, patience.answer);
}

/** The JSON of an answer; one that is cut off, or does not come in time, was lost with the signal. */
async function asked<T>(path: string, init: RequestInit, milliseconds: number): Promise<T> {
  const answer = await send(path, { ...init, signal: AbortSignal.timeout(milliseconds) });
  return (await answer.json().catch(() => {
    throw new NoSignal();
  })) as T;
}
