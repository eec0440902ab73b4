// Which frame of a burst the officer compares with: the server's order (`src/overt/quality/order.py`).

import type { Look } from "../detector/messages";
import { judge } from "../guidance/judge";

/** The number of the best look: a good one before the others, then the sharper one. */
export function best(looks: readonly Look[]): number {
  const rank = (look: Look): number => (judge(look) === "good" ? 1 : 0) + Math.min(look.light?.sharpness ?? 0, 0.99);
  return looks.reduce((found, look, number) => (rank(look) > rank(looks[found] as Look) ? number : found), 0);
}
