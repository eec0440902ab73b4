// The live camera with its guidance, from opening to closing.
//
// Rules:
// * A camera is open only while its page is looked at: `close` ends every track, the guidance and the shutter.
// * The guidance rests while a photograph is taken, and begins anew after one that cannot be used.

import type { Detector } from "./detector/detector";
import type { Look } from "./detector/messages";
import { guide } from "./guidance/guide";
import { judge } from "./guidance/judge";
import { afterLook, opening, shutterFrom, type Opening } from "./guidance/shutter";
import { openCamera, type Camera } from "./stream";
import type { View } from "./view";

export interface Live {
  readonly camera: Camera;
  /** Ends with the camera. */
  readonly until: AbortSignal;
  /** How the shutter would open now; nothing while it is closed. */
  opening(): Opening | undefined;
  /** Begins the guidance, with a shutter of its own. */
  guide(): void;
  rest(): void;
  close(): void;
}

/** What may happen to a camera from outside: looking at its picture failed, or the phone took it away. */
export interface Happenings {
  broken(): void;
  ended(): void;
}

/** Opens a camera and begins the guidance. */
export async function openLive(view: View, detector: Detector, happens: Happenings, device?: string): Promise<Live> {
  const camera = await openCamera(view.video, happens.ended, device);
  const ending = new AbortController();
  let resting = new AbortController();
  let shutter = shutterFrom(performance.now());

  const now = (): Opening | undefined => (resting.signal.aborted ? undefined : opening(shutter, performance.now()));
  const seen = (look: Look): void => {
    const at = performance.now();
    const judgement = judge(look);
    shutter = afterLook(shutter, judgement, at);
    view.look(look, judgement, at);
    view.shutter(now());
  };
  const rest = (): void => resting.abort();
  const begin = (): void => {
    rest();
    resting = new AbortController();
    shutter = shutterFrom(performance.now());
    const until = resting.signal;
    guide(view.video, detector, until, seen).catch(() => until.aborted || happens.broken());
  };

  begin();
  return {
    camera,
    until: ending.signal,
    opening: now,
    guide: begin,
    rest,
    close() {
      rest();
      ending.abort();
      camera.stop();
    },
  };
}
