// When the shutter may be pressed, and what pressing it means. It is never pressed by itself.
//
// Rules:
// * Guided: one face was good within the last moment, so that a blink of the detector does not take the button away.
// * Override: nothing was good for five seconds; the officer may take it all the same, and that is recorded.
// * Two people equally near close both, at once. So do looks that stopped coming.

import type { Judgement } from "./judge";

export type Opening = "guided" | "override";

/** Milliseconds of one clock. */
export interface Shutter {
  /** Since when nothing was good. */
  readonly waiting: number;
  readonly good: number;
  readonly looked: number;
  readonly latest: Judgement;
}

const moment = 700;
const patience = 5000;
const stopped = 3000;

/** A shutter whose guidance begins now. */
export function shutterFrom(now: number): Shutter {
  return { waiting: now, good: -Infinity, looked: -Infinity, latest: "nobody" };
}

/** The shutter after one more look. */
export function afterLook(before: Shutter, latest: Judgement, now: number): Shutter {
  const good = latest === "good";
  return { waiting: good ? now : before.waiting, good: good ? now : before.good, looked: now, latest };
}

/** How the shutter would open now; nothing while it is closed. */
export function opening({ waiting, good, looked, latest }: Shutter, now: number): Opening | undefined {
  if (latest === "two-near" || now - looked > stopped) return undefined;
  if (latest !== "nobody" && now - good <= moment) return "guided";
  return now - waiting >= patience ? "override" : undefined;
}
