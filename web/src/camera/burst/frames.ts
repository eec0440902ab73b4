// The frames of one press: three to five, over about half a second, from the live picture.
//
// Rules:
// * Each frame is looked at again, as thoroughly as the server does. Two people equally near in any of them: the burst is
//   dropped here, and nothing is sent, however the shutter was opened.
// * Bystanders are masked before a frame is encoded.
// * What was taken lives in this page's memory only: no file, no blob, no storage, no address.

import { thoroughly, type Detector } from "../detector/detector";
import { shrunk } from "../detector/input";
import type { Look } from "../detector/messages";
import { choose } from "../face/one-face";
import { nextFrame } from "../guidance/guide";
import { mostFrames } from "./container";
import { jpeg } from "./jpeg";
import { drawMasked } from "./mask";

const [leastFrames, lasts] = [3, 500];
const longestSide = 1920;

/** One frame as it is sent, and what was seen in it. */
export interface Frame {
  readonly picture: HTMLCanvasElement;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly look: Look;
}

/** Two people were equally near in a frame. */
export class TwoNear extends Error {}

/** Takes the pictures of a burst; an error when the camera ends first. */
export async function take(video: HTMLVideoElement, until: AbortSignal): Promise<ImageBitmap[]> {
  const taken: ImageBitmap[] = [];
  const began = performance.now();
  while (isDue(taken.length, performance.now() - began)) {
    const due = began + (taken.length * lasts) / (mostFrames - 1);
    do await nextFrame(video, until);
    while (performance.now() < due);
    taken.push(await createImageBitmap(video, sizes(video)));
  }
  return taken;
}

/** Whether another frame belongs to a burst that has `taken` frames after so many milliseconds. */
export function isDue(taken: number, milliseconds: number): boolean {
  return taken < mostFrames && (taken < leastFrames || milliseconds < lasts);
}

function sizes({ videoWidth, videoHeight }: HTMLVideoElement): ImageBitmapOptions {
  const { width, height } = shrunk({ width: videoWidth, height: videoHeight }, longestSide);
  return width === videoWidth ? {} : { resizeWidth: width, resizeHeight: height, resizeQuality: "medium" };
}

/** Looks at each picture, masks and encodes it. The pictures are closed. */
export async function develop(pictures: readonly ImageBitmap[], detector: Detector): Promise<Frame[]> {
  try {
    const frames: Frame[] = [];
    for (const picture of pictures) frames.push(await developed(picture, detector));
    return frames;
  } finally {
    pictures.forEach((picture) => picture.close());
  }
}

async function developed(picture: ImageBitmap, detector: Detector): Promise<Frame> {
  const look = await detector.look(await createImageBitmap(picture), thoroughly);
  if (choose(look.faces)?.twoNear === true) throw new TwoNear();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [look.width, look.height];
  const pen = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
  if (pen === null) throw new Error("this browser gives no canvas");
  drawMasked(pen, picture, look);
  return { picture: canvas, bytes: jpeg(canvas), look };
}
