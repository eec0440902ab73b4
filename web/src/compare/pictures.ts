// The photograph and the candidate's picture: beside each other, in turn at one place, or over each other.
//
// Rules:
// * What is done to one picture is done to the other: the same part at the same size.
// * Nothing here measures how alike they are.

import { blink } from "./blink";
import { asTransform, byEyes, whole, type Placing } from "./align";
import type { Size } from "../camera/detector/input";
import type { Face } from "../camera/face/face";
import { follow } from "./gestures";
import { moved, mostZoom, seenAt, wholeFrame, zoomed, type Part } from "./zoom";

export type Mode = "beside" | "blink" | "overlay";

/** One picture in its frame. */
export interface Shown {
  readonly frame: HTMLElement;
  readonly picture: HTMLElement;
  readonly size: Size;
  readonly face: Face | undefined;
}

const calm = "(prefers-reduced-motion: reduce)";
const [nearer, step] = [1.5, 0.5];

export class Pictures {
  private mode: Mode = "beside";
  private part: Part = wholeFrame;
  private readonly blinking = blink((second) => this.root.classList.toggle("overt-pictures--second", second));

  /** `shown`: the photograph and the candidate's picture; the photograph may be missing. */
  constructor(
    private readonly tools: HTMLElement,
    private readonly root: HTMLElement,
    private shown: readonly Shown[],
  ) {
    root.classList.add("overt-pictures--live");
    tools.hidden = false;
    this.buttons();
    follow(root, () => this.box(), (act) => this.see(act(this.part)));
    new ResizeObserver(() => this.draw()).observe(root);
    this.use(shown);
  }

  /** Other pictures, or more known about them. */
  use(shown: readonly Shown[]): void {
    this.shown = shown;
    this.root.classList.toggle("overt-pictures--alone", shown.length < 2);
    this.root.dataset["aligned"] = shown.every(({ face }) => face !== undefined) ? "both" : "no";
    this.part_of("modes").hidden = shown.length < 2;
    this.set(shown.length < 2 ? "beside" : this.mode);
  }

  private buttons(): void {
    const acts: Record<string, () => void> = {
      nearer: () => this.see(zoomed(this.part, nearer)),
      farther: () => this.see(zoomed(this.part, 1 / nearer)),
      left: () => this.see(moved(this.part, -step, 0)),
      right: () => this.see(moved(this.part, step, 0)),
      up: () => this.see(moved(this.part, 0, -step)),
      down: () => this.see(moved(this.part, 0, step)),
      step: () => this.stepped(),
      run: () => this.pressed("run", this.blinking.toggle()),
      less: () => this.opacity(-1),
      more: () => this.opacity(1),
    };
    for (const mode of ["beside", "blink", "overlay"] as const) acts[mode] = () => this.chosen(mode);
    for (const [name, act] of Object.entries(acts)) this.act(name).addEventListener("click", act);
    this.slider().addEventListener("input", () => this.opacity(0));
  }

  private chosen(mode: Mode): void {
    this.set(mode);
    this.root.scrollIntoView({ block: "start" }); // frames change their size, and the tools stand below them
  }

  private set(mode: Mode): void {
    this.mode = mode;
    this.root.dataset["mode"] = mode;
    for (const each of ["beside", "blink", "overlay"] as const) this.pressed(each, each === mode);
    this.part_of("blink").hidden = mode !== "blink";
    this.part_of("overlay").hidden = mode !== "overlay";
    this.act("run").hidden = matchMedia(calm).matches;
    this.blinking.stop();
    this.pressed("run", mode === "blink" && !matchMedia(calm).matches && this.blinking.toggle());
    this.opacity(0);
    this.draw();
  }

  private stepped(): void {
    this.blinking.step();
    this.pressed("run", false);
  }

  private see(part: Part): void {
    this.part = part;
    this.draw();
  }

  private draw(): void {
    const box = this.box();
    for (const { picture, size, face } of this.shown) {
      const placing: Placing = face === undefined ? whole(size, box) : byEyes(face, box);
      picture.style.transform = asTransform(seenAt(placing, this.part, box));
    }
    this.part_of("move").hidden = this.part.zoom === 1;
    this.act("farther").disabled = this.part.zoom === 1;
    this.act("nearer").disabled = this.part.zoom >= mostZoom;
    this.root.classList.toggle("overt-pictures--near", this.part.zoom > 1);
  }

  /** Both frames have one size. */
  private box(): Size {
    const frame = this.shown[0]?.frame;
    return { width: frame?.clientWidth ?? 1, height: frame?.clientHeight ?? 1 };
  }

  /** How much of the candidate's picture covers the photograph: one step less or more, or as the slider stands. */
  private opacity(steps: number): void {
    const slider = this.slider();
    if (steps < 0) slider.stepDown();
    if (steps > 0) slider.stepUp();
    const over = this.shown[1]?.frame;
    if (over !== undefined) over.style.opacity = this.mode === "overlay" ? String(slider.valueAsNumber / 100) : "";
  }

  private pressed(name: string, pressed: boolean): void {
    this.act(name).setAttribute("aria-pressed", String(pressed));
  }

  private slider(): HTMLInputElement {
    return this.find<HTMLInputElement>("[data-opacity]");
  }

  private act(name: string): HTMLButtonElement {
    return this.find<HTMLButtonElement>(`[data-act=${name}]`);
  }

  private part_of(name: string): HTMLElement {
    return this.find(`[data-tools=${name}]`);
  }

  private find<T extends HTMLElement>(selector: string): T {
    const found = this.tools.querySelector<T>(selector);
    if (found === null) throw new Error(`the page has no ${selector}`);
    return found;
  }
}
