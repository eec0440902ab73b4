// Light and detail of a face, at the size at which the server measures them too.
//
// The same numbers as `src/overt/quality/view.py`, `sharpness.py`, `under_exposure.py` and `over_exposure.py`; a test
// holds the two together. Mean brightness is left out on purpose, for it marks down dark skin.

import { grown, type Box } from "./face";

/** Pixels as a canvas gives them: red, green, blue and opacity, a byte each. */
export interface Pixels {
  readonly data: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

export interface Light {
  /** Fine detail relative to contrast; sharp portraits have 0.04 to 0.1. Nothing when there is no contrast at all. */
  readonly sharpness: number | undefined;
  /** Shares of the face that have sunk into black or burnt out to white, 0..1. */
  readonly black: number;
  readonly white: number;
}

/** Brightness, row after row; 0..255. */
interface Luminance {
  readonly data: Float32Array;
  readonly width: number;
  readonly height: number;
}

const faceWidth = 64;
const leastWidth = 16;
const [blackest, whitest] = [25, 247];

/** Which pixels of a picture are looked at for a face; nothing when too few of them are in the picture. */
export function windowOf(face: Box, width: number, height: number): Box | undefined {
  const inner = grown(face, -0.08); // hair and background at the edges of the box are not the face
  const [x0, x1] = [within(inner.x, width), within(inner.x + inner.width, width)];
  const [y0, y1] = [within(inner.y, height), within(inner.y + inner.height, height)];
  if (Math.min(x1 - x0, y1 - y0) < leastWidth) return undefined;
  return { x: x0, y: y0, width: x1 - x0, height: y1 - y0 };
}

function within(value: number, size: number): number {
  return Math.trunc(Math.min(Math.max(value, 0), size));
}

/** Measures the pixels of a window. */
export function lightOf(pixels: Pixels): Light {
  const light = resized(brightness(pixels));
  return { sharpness: sharpness(light), black: shareOf(light, (value) => value <= blackest), white: shareOf(light, (value) => value >= whitest) };
}

/** Brightness (ITU-R BT.709 weights) of block means, each block as large as keeps the face at `faceWidth` or more. */
function brightness({ data, width, height }: Pixels): Luminance {
  const factor = Math.max(1, Math.min(Math.trunc(width / faceWidth), height));
  const [columns, rows] = [Math.trunc(width / factor), Math.trunc(height / factor)];
  const light = new Float32Array(columns * rows);
  for (let line = 0; line < rows * factor; line++) {
    const row = columns * Math.trunc(line / factor);
    let at = 4 * line * width;
    for (let column = 0; column < columns; column++) {
      let sum = 0;
      for (const end = at + 4 * factor; at < end; at += 4) {
        sum += 0.2126 * data[at]! + 0.7152 * data[at + 1]! + 0.0722 * data[at + 2]!;
      }
      light[row + column]! += sum;
    }
  }
  return { data: light.map((sum) => sum / (factor * factor)), width: columns, height: rows };
}

/** Linear interpolation to the common width. */
function resized(light: Luminance): Luminance {
  const height = Math.max(1, Math.round((light.height * faceWidth) / light.width));
  const [across, down] = [between(light.width, faceWidth), between(light.height, height)];
  const data = new Float32Array(faceWidth * height);
  down.forEach(([top, lower], row) =>
    across.forEach(([left, later], column) => {
      const pixel = (y: number, x: number): number =>
        light.data[Math.min(y, light.height - 1) * light.width + Math.min(x, light.width - 1)]!;
      const above = pixel(top, left) * (1 - later) + pixel(top, left + 1) * later;
      const below = pixel(top + 1, left) * (1 - later) + pixel(top + 1, left + 1) * later;
      data[row * faceWidth + column] = above * (1 - lower) + below * lower;
    }),
  );
  return { data, width: faceWidth, height };
}

/** For each wanted place: the given place before it, and how far it is to the next one, 0..1. */
function between(given: number, wanted: number): [number, number][] {
  return Array.from({ length: wanted }, (_, place) => {
    const at = Math.min(Math.max(((place + 0.5) * given) / wanted - 0.5, 0), given - 1);
    const low = Math.min(Math.floor(at), Math.max(given - 2, 0));
    return [low, at - low];
  });
}

/** A quarter of the mean size of the Laplacian over the standard deviation. */
function sharpness({ data, width, height }: Luminance): number | undefined {
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
  const spread = Math.sqrt(data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length);
  if (spread < 1 || height < 3) return undefined;
  let size = 0;
  for (let row = 1; row < height - 1; row++) {
    for (let at = row * width + 1; at < (row + 1) * width - 1; at++) {
      size += Math.abs(4 * data[at]! - data[at - width]! - data[at + width]! - data[at - 1]! - data[at + 1]!);
    }
  }
  return size / ((width - 2) * (height - 2)) / (4 * spread);
}

function shareOf({ data }: Luminance, counts: (value: number) => boolean): number {
  return data.reduce((sum, value) => sum + Number(counts(value)), 0) / data.length;
}
