// The loop that looks at the camera's picture, over and over, and hands out each look.
//
// Rule: frames are never queued. When the detector is free it gets the newest one; those between are never taken.

import { quickly, type Detector } from "../detector/detector";
import type { Look } from "../detector/messages";

/** Looks until the signal ends it; `seen` gets each look. An error when looking is over for another reason. */
export async function guide(
  video: HTMLVideoElement,
  detector: Detector,
  until: AbortSignal,
  seen: (look: Look) => void,
): Promise<void> {
  while (!until.aborted) {
    const there = await nextFrame(video, until).then(
      () => true,
      () => false,
    );
    if (!there) return;
    const look = await detector.look(await createImageBitmap(video), quickly);
    if (!until.aborted) seen(look);
  }
}

/** Waits for a frame that was not there before; an error when the signal comes first. */
export function nextFrame(video: HTMLVideoElement, until: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (): void => reject(until.reason as Error);
    const there = (): void => {
      until.removeEventListener("abort", end);
      resolve();
    };
    until.addEventListener("abort", end, { once: true });
    if ("requestVideoFrameCallback" in video) video.requestVideoFrameCallback(there);
    else requestAnimationFrame(there);
  });
}
