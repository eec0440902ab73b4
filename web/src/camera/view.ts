// The camera page's elements, and what each state of it shows.

import { text } from "../texts";
import type { Look } from "./detector/messages";
import type { Judgement } from "./guidance/judge";
import { draw } from "./guidance/outline";
import type { Opening } from "./guidance/shutter";
import { nothingTold, tell, type Told } from "./guidance/words";

/** `over`: the camera does not come back on this page. */
export type State = "loading" | "live" | "taking" | "sending" | "lost" | "stopped" | "over";

const settled = 400;
/** Of the camera's picture, so that the shutter is on the screen as well. */
const tallest = "56vh";

export class View {
  readonly video: HTMLVideoElement;
  private readonly outline: SVGSVGElement;
  private shown: Told = nothingTold;
  private told: Told = nothingTold;

  constructor(private readonly page: HTMLElement) {
    this.video = this.one("[data-video]");
    this.outline = this.one("[data-outline]");
    this.video.addEventListener("resize", () => this.fit());
  }

  /** The element that does something when it is pressed. */
  act(name: string): HTMLButtonElement {
    return this.one(`[data-act=${name}]`);
  }

  /** Shows the parts of a state. */
  state(state: State): void {
    this.page.dataset["state"] = state;
    for (const part of this.page.querySelectorAll<HTMLElement>("[data-part]")) {
      part.hidden = !(part.dataset["part"] ?? "").split(" ").includes(state);
    }
    if (state !== "live") this.shutter(undefined);
    if (state === "live" || state === "over") return;
    [this.shown, this.told] = [nothingTold, nothingTold];
    this.say(text(`camera.${state}`), performance.now());
  }

  /** Whether the page is in one of these states. */
  is(...states: State[]): boolean {
    return states.some((state) => state === this.page.dataset["state"]);
  }

  /** What went wrong, and what to do about it; nothing takes it away. */
  problem(said: string | undefined): void {
    const place = this.one<HTMLElement>("[data-problem]");
    place.textContent = said ?? "";
    place.hidden = said === undefined;
  }

  /** One look: the outline at once, the words when they have settled, the screen reader when it can listen. */
  look(look: Look, judgement: Judgement, now: number): void {
    draw(this.outline, look, judgement);
    this.page.dataset["judgement"] = judgement;
    this.say(text(`camera.${judgement}`), now);
  }

  /** What is said to the person before the lamp goes on, as long as it is asked. */
  warning(shown: boolean): void {
    this.one<HTMLElement>("[data-warning]").hidden = !shown;
  }

  /** Which of the two shutters is open. */
  shutter(opening: Opening | undefined): void {
    this.act("guided").setAttribute("aria-disabled", String(opening !== "guided"));
    this.one<HTMLElement>("[data-override]").hidden = opening !== "override";
  }

  /** One white moment: who is photographed sees it, too. */
  flash(): void {
    this.one("[data-frame]").animate?.([{ filter: "brightness(4)" }, { filter: "none" }], { duration: 250 });
  }

  /** The place of the camera's picture gets the picture's own shape, also when the phone is turned. */
  private fit(): void {
    const { videoWidth, videoHeight } = this.video;
    if (videoWidth === 0) return;
    const { style } = this.one<HTMLElement>("[data-frame]");
    style.aspectRatio = `${videoWidth} / ${videoHeight}`;
    style.maxWidth = `calc(${tallest} * ${videoWidth / videoHeight})`;
    this.outline.replaceChildren();
  }

  private say(words: string, now: number): void {
    this.shown = tell(this.shown, words, now, settled);
    this.told = tell(this.told, words, now);
    this.one("[data-words]").textContent = this.shown.words;
    const place = this.one("[data-told]");
    if (place.textContent !== this.told.words) place.textContent = this.told.words;
  }

  private one<T extends Element>(selector: string): T {
    const found = this.page.querySelector<T>(selector);
    if (found === null) throw new Error(`the page has no ${selector}`);
    return found;
  }
}
