// One press of the shutter: nonce, sound, burst, masks.
//
// Rule: the nonce comes first. Where there is no signal for it nothing is taken and nothing is kept.

import type { Detector } from "../detector/detector";
import { playShutter } from "../sound";
import { develop, take, type Frame } from "./frames";
import { nonce } from "./send";

export interface Photograph {
  readonly nonce: string;
  readonly frames: readonly Frame[];
}

/** Takes a photograph; `opened` is called when the shutter opens. An error when the camera ends first. */
export async function photograph(
  api: string,
  video: HTMLVideoElement,
  detector: Detector,
  until: AbortSignal,
  opened: () => void,
): Promise<Photograph> {
  const given = await nonce(api);
  until.throwIfAborted();
  playShutter().catch(() => undefined);
  opened();
  const frames = await develop(await take(video, until), detector);
  until.throwIfAborted();
  return { nonce: given, frames };
}
