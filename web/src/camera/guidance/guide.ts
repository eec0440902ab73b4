// The loop that looks at the camera's picture, over and over, and hands out each look.
//
// Rule: frames are never queued. While the detector looks at one, the next one to come is made a picture, which on a slow
// phone takes a third as long as the look; those that come after it are never taken.

import { quickly, type Detector } from "../detector/detector";
import type { Look } from "../detector/messages";

/** Looks until the signal ends it; `seen` gets each look. An error when looking is over for another reason. */
export async function guide(
  video: HTMLVideoElement,
  detector: Detector,
  until: AbortSignal,
  seen: (look: Look) => void,
): Promise<void> {
  let picture = await newest(video, until);
  while (picture !== undefined && !until.aborted) {
    const looking = detector.look(picture, quickly);
    const next = newest(video, until);
    next.catch(() => undefined); // heard below, but for a look that fails first
    const look = await looking;
    if (!until.aborted) seen(look);
    picture = await next;
  }
  picture?.close();
}

/** The next frame as a picture; nothing when the end came first. */
async function newest(video: HTMLVideoElement, until: AbortSignal): Promise<ImageBitmap | undefined> {
  const there = await nextFrame(video, until).then(
    () => true,
    () => false,
  );
  return there ? createImageBitmap(video) : undefined;
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
