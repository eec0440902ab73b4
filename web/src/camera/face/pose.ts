// Which way a head is turned, from five landmarks: scaled orthographic fit of a generic head.
//
// The same head and the same fit as `src/overt/quality/pose.py`, which says where both come from; a test holds the two
// together. Limitation: good for "look at the camera", not for measuring.

import type { Face, Point } from "./face";

type Triple = readonly [number, number, number];

/** Degrees. Yaw: positive towards the picture's right. Pitch: positive down. Roll: positive clockwise. */
export interface Pose {
  readonly yaw: number;
  readonly pitch: number;
  readonly roll: number;
}

/**
 * The pseudo-inverse of the generic head, whose landmarks are (-18.6, -21.4, 0), (18.6, -21.4, 0), (0, 0, 15),
 * (-15.8, 17.2, 2), (15.8, 17.2, 2) before their mean is taken away; x to the picture's right, y down, z to the camera.
 */
const fit: readonly Triple[] = [
  [-0.01561451, -0.01212234, -0.01603879],
  [0.01561451, -0.01212234, -0.01603879],
  [0, -0.00372995, 0.07198806],
  [-0.01326394, 0.01398732, -0.01995524],
  [0.01326394, 0.01398732, -0.01995524],
];

/** The pose; nothing when the landmarks fall together. */
export function poseOf(face: Face): Pose | undefined {
  const [across, down] = [axis(face.landmarks, ({ x }) => x), axis(face.landmarks, ({ y }) => y)];
  const turn = nearestTurn(across, down);
  return turn === undefined ? undefined : angles(...turn);
}

/** Least squares: how far the head's three directions go along one axis of the picture. */
function axis(points: readonly Point[], along: (point: Point) => number): Triple {
  const mean = points.reduce((sum, point) => sum + along(point), 0) / points.length;
  const seen = points.map((point) => along(point) - mean);
  return [0, 1, 2].map((column) =>
    fit.reduce((sum, row, number) => sum + (row[column] as number) * (seen[number] as number), 0),
  ) as unknown as Triple;
}

/** The nearest two rows of a rotation (polar decomposition of a 2 x 3 matrix). */
function nearestTurn(across: Triple, down: Triple): [Triple, Triple] | undefined {
  const [a, b, d] = [dot(across, across), dot(across, down), dot(down, down)];
  const least = (a + d - Math.hypot(a - d, 2 * b)) / 2;
  if (!(least > 1e-12)) return undefined;
  // The root of a symmetric 2 x 2 matrix, inverted: both have a closed form.
  const root = Math.sqrt(a * d - b * b);
  const size = Math.sqrt(a + d + 2 * root);
  const scale = size / ((a + root) * (d + root) - b * b);
  return [
    mixed(across, (d + root) * scale, down, -b * scale),
    mixed(across, -b * scale, down, (a + root) * scale),
  ];
}

function angles(across: Triple, down: Triple): Pose {
  const facing = cross(across, down);
  return {
    yaw: degrees(Math.atan2(across[2], facing[2])),
    pitch: degrees(Math.asin(Math.min(Math.max(down[2], -1), 1))),
    roll: degrees(Math.atan2(down[0], across[0])),
  };
}

function dot(one: Triple, other: Triple): number {
  return one[0] * other[0] + one[1] * other[1] + one[2] * other[2];
}

function cross(one: Triple, other: Triple): Triple {
  return [
    one[1] * other[2] - one[2] * other[1],
    one[2] * other[0] - one[0] * other[2],
    one[0] * other[1] - one[1] * other[0],
  ];
}

function mixed(one: Triple, much: number, other: Triple, more: number): Triple {
  const each = (at: 0 | 1 | 2): number => one[at] * much + other[at] * more;
  return [each(0), each(1), each(2)];
}

function degrees(radians: number): number {
  return (radians * 180) / Math.PI;
}
