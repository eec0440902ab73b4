// One look at one picture: where the faces are, and the light on the widest of them.
//
// Rule: what comes out are numbers. The picture and every copy of its pixels go when the look is done.

import { choose } from "../face/one-face";
import { scaled } from "../face/face";
import { lightOf, windowOf, type Light, type Pixels } from "../face/light";
import { decode } from "./decode";
import { shrunk, stepped, type Size } from "./input";
import type { Look } from "./messages";
import type { Network } from "./network";

const black = 25;

/** Looks at a picture whose longer side is shrunk to at most `longest` pixels for finding faces. */
export async function lookAt(network: Network, picture: ImageBitmap, longest: number): Promise<Look> {
  const { width, height } = picture;
  const pixels = drawn(picture, { x: 0, y: 0, width, height }, shrunk(picture, longest));
  const size = stepped(pixels);
  const found = decode(await network(pixels), size.width, size.height);
  const faces = found.map((face) => scaled(face, width / pixels.width, height / pixels.height));
  return { width, height, faces, light: lightOn(picture, faces), black: blackShare(pixels) };
}

function lightOn(picture: ImageBitmap, faces: Look["faces"]): Light | undefined {
  const person = choose(faces)?.person;
  const part = person === undefined ? undefined : windowOf(person.box, picture.width, picture.height);
  return part === undefined ? undefined : lightOf(drawn(picture, part, part));
}

function drawn(picture: ImageBitmap, part: Size & { x: number; y: number }, size: Size): Pixels {
  const pen = new OffscreenCanvas(size.width, size.height).getContext("2d", { alpha: false, willReadFrequently: true });
  if (pen === null) throw new Error("this browser gives no canvas");
  pen.imageSmoothingQuality = "medium";
  pen.drawImage(picture, part.x, part.y, part.width, part.height, 0, 0, size.width, size.height);
  return pen.getImageData(0, 0, size.width, size.height);
}

function blackShare({ data }: Pixels): number {
  let count = 0;
  for (let at = 0; at < data.length; at += 4) if (Math.max(data[at]!, data[at + 1]!, data[at + 2]!) <= black) count++;
  return (4 * count) / data.length;
}
