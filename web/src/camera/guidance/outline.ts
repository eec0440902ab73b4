// What is drawn over the camera's picture: where a face should be, or the face that is meant; and who is masked.
//
// Rules:
// * A state is told by the form of the line too (dashed, thick with a tick), never by colour alone.
// * Bystanders are covered as they will be in the frames that are sent.

import type { Look } from "../detector/messages";
import type { Box } from "../face/face";
import { choose } from "../face/one-face";
import { masked } from "../burst/mask";
import type { Judgement } from "./judge";

const svg = "http://www.w3.org/2000/svg";

/** Shapes to draw, in the picture's pixels. */
export interface Shape {
  readonly kind: "place" | "face" | "good" | "near" | "masked";
  readonly box: Box;
}

/** The shapes for one look. */
export function shapes(look: Look, judgement: Judgement): Shape[] {
  const chosen = choose(look.faces);
  if (chosen === undefined) return [{ kind: "place", box: middle(look) }];
  if (chosen.twoNear) return look.faces.map(({ box }) => ({ kind: "near", box }));
  const hidden = chosen.bystanders.map(({ box }): Shape => ({ kind: "masked", box: masked(box, look) }));
  return [...hidden, { kind: judgement === "good" ? "good" : "face", box: chosen.person.box }];
}

/** Where a face fits well. */
function middle({ width, height }: Look): Box {
  const tall = 0.5 * Math.min(height, 1.3 * width);
  const wide = tall / 1.3;
  return { x: (width - wide) / 2, y: 0.46 * height - tall / 2, width: wide, height: tall };
}

/** Draws the shapes into an SVG of the picture's size. */
export function draw(element: SVGSVGElement, look: Look, judgement: Judgement): void {
  element.setAttribute("viewBox", `0 0 ${look.width} ${look.height}`);
  element.replaceChildren(...shapes(look, judgement).flatMap(drawn));
}

function drawn({ kind, box }: Shape): SVGElement[] {
  const { x, y, width, height } = box;
  if (kind === "masked") return [made("rect", kind, { x, y, width, height })];
  const oval = { cx: x + width / 2, cy: y + height / 2, rx: 0.6 * width, ry: 0.6 * height };
  const under = made("ellipse", `${kind} overt-outline--under`, oval);
  if (kind !== "good") return [under, made("ellipse", kind, oval)];
  const [at, top, size] = [x + width / 2, y - 0.1 * height, 0.1 * width];
  const tick = { d: `M${at - size} ${top}l${0.7 * size} ${0.7 * size}l${1.3 * size} ${-1.3 * size}` };
  return [under, made("ellipse", kind, oval), made("path", `${kind} overt-outline--under`, tick), made("path", kind, tick)];
}

function made(name: string, kind: string, values: Record<string, number | string>): SVGElement {
  const element = document.createElementNS(svg, name);
  element.setAttribute("class", `overt-outline overt-outline--${kind}`);
  for (const [key, value] of Object.entries(values)) element.setAttribute(key, String(value));
  return element;
}
