// From a picture to what the detector (YuNet) takes: blue, green and red planes of floats, in steps of 32 pixels.

import type { Pixels } from "../face/light";

const step = 32;

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The size to shrink a picture to, so that its longer side has at most `longest` pixels; it is never enlarged. */
export function shrunk({ width, height }: Size, longest: number): Size {
  const scale = Math.min(1, longest / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** The next size in steps of 32. */
export function stepped({ width, height }: Size): Size {
  return { width: Math.ceil(width / step) * step, height: Math.ceil(height / step) * step };
}

/** The planes of a picture, black at the right and below where it does not fill a step. */
export function planes(pixels: Pixels): Float32Array {
  const { width, height } = stepped(pixels);
  const plane = width * height;
  const data = new Float32Array(3 * plane);
  for (let row = 0; row < pixels.height; row++) {
    let from = 4 * row * pixels.width;
    for (let to = row * width; to < row * width + pixels.width; to++, from += 4) {
      data[to] = pixels.data[from + 2]!;
      data[plane + to] = pixels.data[from + 1]!;
      data[2 * plane + to] = pixels.data[from]!;
    }
  }
  return data;
}
