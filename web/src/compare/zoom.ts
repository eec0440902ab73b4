// Which part of both frames is seen: the same in both, so that the same place of both faces is compared.

import type { Placing } from "./align";
import type { Size } from "../camera/detector/input";

/** `zoom` 1 is the whole frame; `x` and `y` are the middle of what is seen, as shares of the frame. */
export interface Part {
  readonly zoom: number;
  readonly x: number;
  readonly y: number;
}

export const wholeFrame: Part = { zoom: 1, x: 0.5, y: 0.5 };
export const mostZoom = 6;

/** Nearer by a factor, or farther. */
export function zoomed(part: Part, factor: number): Part {
  return held({ ...part, zoom: part.zoom * factor });
}

/** Moved by shares of what is seen: 1 across is the next part to the right. */
export function moved(part: Part, across: number, down: number): Part {
  return held({ ...part, x: part.x + across / part.zoom, y: part.y + down / part.zoom });
}

/** Never outside the frame. */
function held(part: Part): Part {
  const zoom = Math.min(Math.max(part.zoom, 1), mostZoom);
  const within = (middle: number): number => Math.min(Math.max(middle, 0.5 / zoom), 1 - 0.5 / zoom);
  return { zoom, x: within(part.x), y: within(part.y) };
}

/** A picture's placing when only this part of the frame is seen. */
export function seenAt({ a, b, x, y }: Placing, part: Part, frame: Size): Placing {
  const [left, top] = [part.x * frame.width - frame.width / 2 / part.zoom, part.y * frame.height - frame.height / 2 / part.zoom];
  return { a: a * part.zoom, b: b * part.zoom, x: (x - left) * part.zoom, y: (y - top) * part.zoom };
}
