// The photograph on the phone, for the comparison alone.
//
// Rules:
// * In this page's memory only: not in storage, not in an address, not in the history. It goes when the page is left.
// * It goes when the last verdict is sent, and after five minutes in any case.
// * Bystanders in it are masked; there is no other copy.

import type { Detector } from "../camera/detector/detector";
import type { Face } from "../camera/face/face";

export interface Probe {
  readonly encounter: string;
  readonly picture: HTMLCanvasElement;
  /** In the picture's pixels. */
  readonly faces: readonly Face[];
  /** Finds the face in a candidate's picture, to lay both over each other. */
  readonly detector: Detector;
  /** Called when the probe is forgotten. */
  dropped(): void;
}

const longest = 5 * 60_000;

// A browser may keep a page that was left, and bring it back; what is in its memory would stay with it.
globalThis.addEventListener?.("pagehide", () => forgetProbe());

let kept: Probe | undefined;
let limit: ReturnType<typeof setTimeout> | undefined;
let watchers: (() => void)[] = [];

/** Keeps a probe in the place of any other. */
export function keepProbe(probe: Probe): void {
  forgetProbe();
  kept = probe;
  limit = setTimeout(forgetProbe, longest);
}

/** The probe of a check; nothing when there is none (any more). */
export function probeOf(encounter: string): Probe | undefined {
  return kept?.encounter === encounter ? kept : undefined;
}

/** Calls back once, when the probe that is kept now is forgotten. */
export function whenForgotten(tell: () => void): void {
  watchers.push(tell);
}

/** Overwrites the probe and lets go of it. */
export function forgetProbe(): void {
  clearTimeout(limit);
  const gone = kept;
  kept = undefined;
  if (gone === undefined) return;
  // A canvas that gets a size loses its pixels at once, not when the browser next tidies up.
  [gone.picture.width, gone.picture.height] = [1, 1];
  gone.dropped();
  const told = watchers;
  watchers = [];
  told.forEach((tell) => tell());
}
