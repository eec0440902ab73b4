// The camera page: from the camera to the comparison.
//
// Rules:
// * No camera before the detector has been checked and runs; without it nobody could say who else is in the picture.
// * An officer presses; nothing is ever taken by itself.
// * With no signal at the shutter nothing is taken. When the answer is lost, the officer asks for it again; what the
//   server never got is dropped, and another photograph may be taken.
// * When the page is hidden the camera ends; when it is left everything is dropped.

import { forgetProbe, keepProbe } from "../compare/probe";
import { show } from "../compare/swap";
import { NoSignal, Problem } from "../http";
import { text } from "../texts";
import { best } from "./burst/best";
import { TwoNear } from "./burst/frames";
import { photograph, type Photograph } from "./burst/photograph";
import { answerAgain, capture, type Answer } from "./burst/send";
import { NoDetector, openDetector, type Detector } from "./detector/detector";
import type { Opening } from "./guidance/shutter";
import { openLive, type Live } from "./live";
import { mayRetake, whyNoCamera } from "./refusals";
import { otherCamera } from "./stream";
import { torchButtons } from "./torch";
import { View } from "./view";

export async function start(page: HTMLElement): Promise<void> {
  page.querySelector("[data-needs-script]")?.remove();
  const { encounter = "", api = "", path = "" } = page.dataset;
  await new CameraPage(new View(page), encounter, api, path).begin();
}

class CameraPage {
  private detector: Detector | undefined;
  private live: Live | undefined;
  private done = false;
  private readonly torch: ReturnType<typeof torchButtons>;
  private readonly left = new AbortController();

  constructor(
    private readonly view: View,
    private readonly encounter: string,
    private readonly api: string,
    private readonly path: string,
  ) {
    this.torch = torchButtons(view);
    for (const how of ["guided", "override"] as const) this.on(how, () => this.pressed(how));
    this.on("ask", () => this.ask());
    this.on("restart", () => this.open());
    this.on("other-camera", () => this.change());
    const { signal } = this.left;
    document.addEventListener("visibilitychange", () => document.hidden && this.stopped(), { signal });
    addEventListener("pagehide", () => this.leave(), { signal });
  }

  /** Loads and checks the detector, then opens the camera. */
  async begin(): Promise<void> {
    this.view.state("loading");
    try {
      this.detector = await openDetector();
    } catch (error) {
      return this.over(text(`camera.${error instanceof NoDetector ? error.why : "cannot-run"}`));
    }
    await this.open();
  }

  private async open(device?: string): Promise<void> {
    this.live?.close();
    this.view.problem(undefined);
    if (this.detector === undefined || document.hidden) return this.view.state("stopped");
    const happens = { broken: () => this.over(text("camera.cannot-run")), ended: () => this.stopped() };
    try {
      this.live = await openLive(this.view, this.detector, happens, device);
    } catch (error) {
      return this.over(text(`camera.${whyNoCamera(error)}`));
    }
    this.torch(this.live.camera.torch);
    this.view.act("other-camera").hidden = (await otherCamera(this.live.camera.device)) === undefined;
    this.view.state("live");
    if (document.hidden) this.stopped();
  }

  private async change(): Promise<void> {
    if (this.live !== undefined) await this.open(await otherCamera(this.live.camera.device));
  }

  private async pressed(button: Opening): Promise<void> {
    const { live, detector, view } = this;
    const opening = live?.opening();
    if (live === undefined || detector === undefined || opening === undefined) return;
    if (button === "guided" && opening !== "guided") return;
    live.rest();
    view.problem(undefined);
    view.state("taking");
    try {
      const taken = await photograph(this.api, view.video, detector, live.until, () => view.flash());
      view.state("sending");
      view.video.pause();
      this.keep(taken, detector);
      await this.send(taken, opening);
    } catch (error) {
      this.again(error instanceof NoSignal ? text("camera.no-signal") : error);
    }
  }

  /** The best frame stays for the comparison, the others only until they are sent. */
  private keep({ frames }: Photograph, detector: Detector): void {
    const frame = frames[best(frames.map(({ look }) => look))];
    if (frame === undefined) return;
    const dropped = (): void => (this.done ? detector.close() : undefined);
    keepProbe({ encounter: this.encounter, picture: frame.picture, faces: frame.look.faces, detector, dropped });
  }

  private async send({ nonce, frames }: Photograph, opening: Opening): Promise<void> {
    const bytes = frames.map((frame) => frame.bytes);
    await this.answer(capture(this.api, this.encounter, nonce, opening, bytes), "answer-lost");
  }

  /** Asks for an answer that did not arrive. */
  private async ask(): Promise<void> {
    this.view.problem(undefined);
    this.view.state("sending");
    await this.answer(answerAgain(this.api), "still-no-signal");
  }

  private async answer(coming: Promise<Answer>, whenLost: string): Promise<void> {
    try {
      await this.answered(await coming);
    } catch (error) {
      if (error instanceof NoSignal) this.lost(text(`camera.${whenLost}`));
      else if (error instanceof Problem && error.code === "answer_missing") await this.neverArrived();
      else this.again(error);
    }
  }

  private async answered({ candidates }: Answer): Promise<void> {
    this.live?.close();
    this.done = true;
    if (candidates.length === 0) forgetProbe();
    await show(`${this.path}/compare`);
    this.left.abort();
  }

  private lost(said: string): void {
    this.live?.close();
    this.view.state("lost");
    this.view.problem(said);
  }

  /** What was taken never reached the server: it is dropped, and another photograph may be taken. */
  private async neverArrived(): Promise<void> {
    forgetProbe();
    await this.open();
    this.view.problem(text("camera.never-arrived"));
  }

  /** Back to the camera, or to the end of it, as the error says. Nothing that was taken is kept. */
  private again(error: unknown): void {
    forgetProbe();
    const said = error instanceof Problem ? `${error.message} ${error.remedy}` : error;
    if (error instanceof Problem && !mayRetake(error)) return this.over(String(said));
    if (this.live === undefined || this.live.until.aborted) this.view.state("stopped");
    else {
      void this.view.video.play();
      this.live.guide();
      this.view.state("live");
    }
    const otherwise = text(error instanceof TwoNear ? "camera.two-in-burst" : "camera.not-taken");
    this.view.problem(typeof said === "string" ? said : otherwise);
  }

  private over(said: string): void {
    this.live?.close();
    this.detector?.close();
    this.detector = undefined;
    this.view.state("over");
    this.view.problem(said);
  }

  private stopped(): void {
    this.live?.close();
    if (this.view.is("live", "loading")) this.view.state("stopped");
  }

  private leave(): void {
    this.live?.close();
    this.detector?.close();
    forgetProbe();
  }

  private on(name: string, act: () => Promise<void>): void {
    this.view.act(name).addEventListener("click", () => void act());
  }
}
