// What is said while the camera looks: what changed, and not more often than it can be read or listened to.

export interface Told {
  readonly words: string;
  readonly at: number;
}

export const nothingTold: Told = { words: "", at: -Infinity };

/** A screen reader's shortest pause between two announcements, in milliseconds. */
const listening = 1500;

/** What is to be told now that `words` hold: the same value as before when there is nothing new, or it is too early. */
export function tell(before: Told, words: string, now: number, pause = listening): Told {
  return words === before.words || now - before.at < pause ? before : { words, at: now };
}
