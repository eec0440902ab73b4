// From the numbers of the detector (YuNet) to faces, as OpenCV's FaceDetectorYN reads them.
//
// Rules:
// * Each place of three grids (8, 16 and 32 pixels wide) says how likely a face has its middle there, and where.
// * The score is the root of "is a face" times "is an object"; the least score and the most overlap are the server's
//   (`src/overt/models/manifest.toml`).

import { overlap, type Box, type Face, type Point } from "../face/face";

/** The outputs of one look, each a row after row of its grid's places. */
export type Outputs = Readonly<Record<string, Float32Array>>;

export const strides = [8, 16, 32] as const;
const leastScore = 0.6;
const mostOverlap = 0.3;

/** The faces in an input of this size (multiples of 32), in its pixels; the surest first. */
export function decode(outputs: Outputs, width: number, height: number, least = leastScore): Face[] {
  const found = strides.flatMap((stride) => onGrid(outputs, stride, width / stride, height / stride, least));
  return apart(found.sort((one, other) => other.score - one.score));
}

function onGrid(outputs: Outputs, stride: number, columns: number, rows: number, least: number): Face[] {
  const [faces, objects] = [output(outputs, "cls", stride), output(outputs, "obj", stride)];
  const [boxes, points] = [output(outputs, "bbox", stride), output(outputs, "kps", stride)];
  const found: Face[] = [];
  for (let place = 0; place < columns * rows; place++) {
    const score = Math.sqrt(share(faces[place]!) * share(objects[place]!));
    if (!(score >= least)) continue;
    const at = { x: place % columns, y: Math.floor(place / columns) };
    const landmarks = [0, 1, 2, 3, 4].map((number) => point(points, 10 * place + 2 * number, at, stride));
    found.push({ box: boxAt(boxes, 4 * place, at, stride), landmarks: landmarks as unknown as Face["landmarks"], score });
  }
  return found;
}

function output(outputs: Outputs, name: string, stride: number): Float32Array {
  const found = outputs[`${name}_${stride}`];
  if (found === undefined) throw new Error(`the detector gave no ${name}_${stride}`);
  return found;
}

function share(value: number): number {
  return Math.min(Math.max(value, 0), 1);
}

function point(numbers: Float32Array, from: number, at: Point, stride: number): Point {
  return { x: (numbers[from]! + at.x) * stride, y: (numbers[from + 1]! + at.y) * stride };
}

/** The middle is relative to the place, the size exponential. */
function boxAt(numbers: Float32Array, from: number, at: Point, stride: number): Box {
  const middle = point(numbers, from, at, stride);
  const [width, height] = [Math.exp(numbers[from + 2]!) * stride, Math.exp(numbers[from + 3]!) * stride];
  return { x: middle.x - width / 2, y: middle.y - height / 2, width, height };
}

/** Of several that lie over each other the surest. */
function apart(sorted: readonly Face[]): Face[] {
  const kept: Face[] = [];
  for (const face of sorted) {
    if (kept.every((other) => overlap(face.box, other.box) <= mostOverlap)) kept.push(face);
  }
  return kept;
}
