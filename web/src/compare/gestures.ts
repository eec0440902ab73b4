// Fingers on a picture: two pinch, one draws what is near. Each is a button as well.

import type { Point } from "../camera/face/face";
import type { Size } from "../camera/detector/input";
import { moved, zoomed, type Part } from "./zoom";

/** The fingers that touch, by the browser's number. */
export type Fingers = ReadonlyMap<number, Point>;

/** The part that is seen after one finger has moved. */
export function afterMove(part: Part, before: Fingers, finger: number, at: Point, frame: Size): Part {
  const after = new Map(before).set(finger, at);
  const factor = before.size < 2 ? 1 : spread(after) / Math.max(spread(before), 1);
  const [from, to] = [middle(before), middle(after)];
  return moved(zoomed(part, factor), (from.x - to.x) / frame.width, (from.y - to.y) / frame.height);
}

function middle(fingers: Fingers): Point {
  const points = [...fingers.values()];
  const mean = (along: (point: Point) => number): number => points.reduce((sum, each) => sum + along(each), 0) / points.length;
  return { x: mean(({ x }) => x), y: mean(({ y }) => y) };
}

function spread(fingers: Fingers): number {
  const [one, other] = [...fingers.values()];
  return one === undefined || other === undefined ? 0 : Math.hypot(one.x - other.x, one.y - other.y);
}

/** Follows the fingers on an element with frames of this size; `change` gets what to do with the part that is seen. */
export function follow(element: HTMLElement, frame: () => Size, change: (act: (part: Part) => Part) => void): void {
  const fingers = new Map<number, Point>();
  const at = ({ clientX, clientY }: PointerEvent): Point => ({ x: clientX, y: clientY });
  element.addEventListener("pointerdown", (event) => {
    fingers.set(event.pointerId, at(event));
    element.setPointerCapture(event.pointerId);
  });
  element.addEventListener("pointermove", (event) => {
    if (!fingers.has(event.pointerId)) return;
    const before = new Map(fingers);
    change((part) => afterMove(part, before, event.pointerId, at(event), frame()));
    fingers.set(event.pointerId, at(event));
  });
  for (const over of ["pointerup", "pointercancel"] as const) {
    element.addEventListener(over, (event) => fingers.delete(event.pointerId));
  }
}
