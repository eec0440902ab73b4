// Faces and looks for tests.

import type { Look } from "../src/camera/detector/messages";
import type { Face } from "../src/camera/face/face";

/** A frontal face in a box. */
export function face(x: number, y: number, width: number, height = 1.25 * width): Face {
  const at = (across: number, down: number) => ({ x: x + across * width, y: y + down * height });
  const landmarks: Face["landmarks"] = [at(0.28, 0.38), at(0.72, 0.38), at(0.5, 0.58), at(0.32, 0.76), at(0.68, 0.76)];
  return { box: { x, y, width, height }, landmarks, score: 0.9 };
}

/** The same face, with its nose this share of the width to the side. */
export function turned(whose: Face, share: number): Face {
  const [a, b, nose, d, e] = whose.landmarks;
  return { ...whose, landmarks: [a, b, { x: nose.x + share * whose.box.width, y: nose.y }, d, e] };
}

/** A well lit look at faces, 960 pixels wide and 1280 high. */
export function look(faces: readonly Face[], changed: Partial<Look> = {}): Look {
  return { width: 960, height: 1280, faces, light: { sharpness: 0.06, black: 0.02, white: 0.01 }, black: 0.1, ...changed };
}
