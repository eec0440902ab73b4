// What the page and the detector's worker say to each other.

import type { Face } from "../face/face";
import type { Light } from "../face/light";

/** What was seen in one picture; numbers only. */
export interface Look {
  readonly width: number;
  readonly height: number;
  /** In pixels of the picture. */
  readonly faces: readonly Face[];
  /** Of the widest face, when enough of it is in the picture. */
  readonly light: Light | undefined;
  /** The share of the whole picture that has sunk into black, 0..1. */
  readonly black: number;
}

/** A picture to look at, shrunk so that its longer side has at most `longest` pixels. The worker closes it. */
export interface Asked {
  readonly number: number;
  readonly picture: ImageBitmap;
  readonly longest: number;
}

/** Why there is no detector: a file was not what the build says, or did not arrive, or this browser cannot run it. */
export type Unusable = "altered" | "not-loaded" | "cannot-run";

export type Said =
  | { readonly kind: "ready" }
  | { readonly kind: "unusable"; readonly why: Unusable }
  | { readonly kind: "seen"; readonly number: number; readonly look: Look }
  | { readonly kind: "failed"; readonly number: number };
