// Bystanders are masked before a frame leaves the phone.
//
// Rules (the same as the server's, `src/overt/capture/one_face.py`):
// * Everybody but the widest face is filled with mid-grey, with a margin for hair, ears and chin.
// * The chosen face's own box is never covered, so that a bystander behind a shoulder cannot erase the person.

import type { Look } from "../detector/messages";
import { grown, type Box } from "../face/face";
import { choose } from "../face/one-face";
import type { Size } from "../detector/input";

const margin = 0.3;
const grey = "rgb(128, 128, 128)";

/** The whole pixels that a box touches, within the picture. */
export function touched(box: Box, { width, height }: Size): Box {
  const [x0, x1] = [within(Math.floor(box.x), width), within(Math.ceil(box.x + box.width), width)];
  const [y0, y1] = [within(Math.floor(box.y), height), within(Math.ceil(box.y + box.height), height)];
  return { x: x0, y: y0, width: x1 - x0, height: y1 - y0 };
}

/** What is covered for a bystander's face. */
export function masked(face: Box, picture: Size): Box {
  return touched(grown(face, margin), picture);
}

function within(value: number, size: number): number {
  return Math.min(Math.max(value, 0), size);
}

/** What a canvas's pen can do that is needed here. */
export interface Pen {
  fillStyle: string | CanvasGradient | CanvasPattern;
  fillRect(x: number, y: number, width: number, height: number): void;
  drawImage(picture: CanvasImageSource, ...numbers: [number, number, number, number, number, number, number, number]): void;
}

/** Draws a picture with every bystander masked, pixel for pixel. */
export function drawMasked(pen: Pen, picture: CanvasImageSource, look: Look): void {
  const copy = ({ x, y, width, height }: Box): void => {
    if (width > 0 && height > 0) pen.drawImage(picture, x, y, width, height, x, y, width, height);
  };
  copy({ x: 0, y: 0, width: look.width, height: look.height });
  const chosen = choose(look.faces);
  if (chosen === undefined) return;
  pen.fillStyle = grey;
  for (const { box } of chosen.bystanders) {
    const { x, y, width, height } = masked(box, look);
    pen.fillRect(x, y, width, height);
  }
  copy(touched(chosen.person.box, look));
}
