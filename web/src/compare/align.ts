// Where a picture lies in its frame: with the eyes at the same place in both, so that the faces lie over each other.
//
// Rules:
// * Turned, moved and resized only, the same in all directions: a face's proportions are what is compared.
// * A picture without a face that was found is shown whole.

import type { Size } from "../camera/detector/input";
import type { Face, Point } from "../camera/face/face";

/** x' = a x - b y + x, y' = b x + a y + y. */
export interface Placing extends Point {
  readonly a: number;
  readonly b: number;
}

/** Where the eyes lie in a frame, as shares of its width and height. */
const eyes = { middle: { x: 0.5, y: 0.43 }, apart: 0.3 } as const;

/** The whole picture in the middle of the frame. */
export function whole(picture: Size, frame: Size): Placing {
  const a = Math.min(frame.width / picture.width, frame.height / picture.height);
  return { a, b: 0, x: (frame.width - a * picture.width) / 2, y: (frame.height - a * picture.height) / 2 };
}

/** The face's eyes level, at their place in the frame. */
export function byEyes(face: Face, frame: Size): Placing {
  const [left, right] = sorted(face.landmarks[0], face.landmarks[1]);
  const [across, down] = [right.x - left.x, right.y - left.y];
  const scale = (eyes.apart * frame.width) / (across * across + down * down);
  const [a, b] = [scale * across, -scale * down];
  const middle = { x: (left.x + right.x) / 2, y: (left.y + right.y) / 2 };
  const at = { x: eyes.middle.x * frame.width, y: eyes.middle.y * frame.height };
  return { a, b, x: at.x - (a * middle.x - b * middle.y), y: at.y - (b * middle.x + a * middle.y) };
}

/** Where a point of the picture lies in the frame. */
export function placed({ a, b, x, y }: Placing, point: Point): Point {
  return { x: a * point.x - b * point.y + x, y: b * point.x + a * point.y + y };
}

/** As a style's `transform`, from the picture's upper left corner. */
export function asTransform({ a, b, x, y }: Placing): string {
  return `matrix(${a}, ${b}, ${-b}, ${a}, ${x}, ${y})`;
}

function sorted(one: Point, other: Point): [Point, Point] {
  return one.x <= other.x ? [one, other] : [other, one];
}
