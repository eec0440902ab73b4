// Where faces are in a picture, as the detector found them. No attribute of a person has a place here.
//
// Units: pixels of the picture; x to the right, y down.

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** An upright rectangle; may reach over the picture's edge. */
export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

export interface Face {
  /** Forehead to chin. */
  readonly box: Box;
  /** Right eye, left eye, nose tip, right and left mouth corner; right and left are the person's own. */
  readonly landmarks: readonly [Point, Point, Point, Point, Point];
  /** The detector's confidence, 0..1. */
  readonly score: number;
}

/** The same centre, each side moved outward by `share` of the width or height. */
export function grown(box: Box, share: number): Box {
  const [across, down] = [share * box.width, share * box.height];
  return { x: box.x - across, y: box.y - down, width: box.width + 2 * across, height: box.height + 2 * down };
}

/** Intersection over union, 0..1. */
export function overlap(one: Box, other: Box): number {
  const across = Math.min(one.x + one.width, other.x + other.width) - Math.max(one.x, other.x);
  const down = Math.min(one.y + one.height, other.y + other.height) - Math.max(one.y, other.y);
  const shared = Math.max(across, 0) * Math.max(down, 0);
  const union = one.width * one.height + other.width * other.height - shared;
  return union > 0 ? shared / union : 0;
}

/** Distance of the eye centres in pixels. */
export function betweenEyes(face: Face): number {
  const [right, left] = face.landmarks;
  return Math.hypot(left.x - right.x, left.y - right.y);
}

/** The same face in a picture of another size. */
export function scaled(face: Face, across: number, down: number): Face {
  const move = ({ x, y }: Point): Point => ({ x: x * across, y: y * down });
  const [a, b, c, d, e] = face.landmarks;
  const { x, y, width, height } = face.box;
  const box = { x: x * across, y: y * down, width: width * across, height: height * down };
  return { box, landmarks: [move(a), move(b), move(c), move(d), move(e)], score: face.score };
}
