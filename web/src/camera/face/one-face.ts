// One photograph, one person: which face is meant, and when nobody can say.
//
// Rules (the same as the server's, `src/overt/capture/one_face.py`):
// * The widest face is the person, when no other face reaches half its width; else two people are equally near.
// * Smaller faces are bystanders: they are masked before a frame leaves the phone.

import type { Face } from "./face";

const near = 0.5;

/** The person's face and everybody else's; nothing when there is no face. */
export interface Chosen {
  readonly person: Face;
  readonly bystanders: readonly Face[];
  readonly twoNear: boolean;
}

/** Chooses the person among the faces of one picture. */
export function choose(faces: readonly Face[]): Chosen | undefined {
  const [person, ...bystanders] = [...faces].sort((one, other) => other.box.width - one.box.width);
  if (person === undefined) return undefined;
  return { person, bystanders, twoNear: bystanders.some((other) => other.box.width >= near * person.box.width) };
}
