// The camera page: from the camera to the comparison.
//
// Rules:
// * No camera before the detector has been checked and runs; without it nobody could say who else is in the picture.
// * An officer presses; nothing is ever taken by itself. With no signal at the shutter nothing is taken at all.
// * When the page is hidden the camera ends; when it is left everything is dropped, the photograph too (`probe.ts`).

import { forgetProbe } from "../compare/probe";
import { NoSignal, Problem } from "../http";
import { text } from "../texts";
import { TwoNear } from "./burst/frames";
import { photograph } from "./burst/photograph";
import { NoDetector, openDetector, type Detector } from "./detector/detector";
import type { Opening } from "./guidance/shutter";
import { HandingIn, type Check } from "./handing-in";
import { openLive, type Live } from "./live";
import { mayRetake, whyNoCamera } from "./refusals";
import { otherCamera } from "./stream";
import { torchButtons } from "./torch";
import { View } from "./view";

export async function start(page: HTMLElement): Promise<void> {
  page.querySelector("[data-needs-script]")?.remove();
  const { encounter = "", api = "", path = "" } = page.dataset;
  await new CameraPage(new View(page), { encounter, api, path }).begin();
}

class CameraPage {
  private detector: Detector | undefined;
  private live: Live | undefined;
  private readonly handingIn: HandingIn;
  private readonly torch: ReturnType<typeof torchButtons>;

  constructor(
    private readonly view: View,
    private readonly check: Check,
  ) {
    const left = new AbortController();
    this.handingIn = new HandingIn(check, view, {
      close: () => this.live?.close(),
      open: () => this.open(),
      again: (error) => this.again(error),
      done: () => left.abort(),
    });
    this.torch = torchButtons(view);
    for (const how of ["guided", "override"] as const) this.on(how, () => this.pressed(how));
    this.on("ask", () => this.handingIn.ask());
    this.on("restart", () => this.open());
    this.on("other-camera", () => this.change());
    const { signal } = left;
    document.addEventListener("visibilitychange", () => document.hidden && this.stopped(), { signal });
    addEventListener("pagehide", () => this.leave(), { signal });
    // A page that the browser kept and shows again has lost everything that it needs.
    const shown = (event: PageTransitionEvent): void => (event.persisted ? location.reload() : undefined);
    addEventListener("pageshow", shown, { signal });
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
      // Some of a phone's cameras are not for pages; the one that looks away from the screen is.
      return device === undefined ? this.over(text(`camera.${whyNoCamera(error)}`)) : this.open();
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
      const taken = await photograph(this.check.api, view.video, detector, live.until, () => view.flash());
      view.state("sending");
      view.video.pause();
      await this.handingIn.send(taken, opening, detector);
    } catch (error) {
      this.again(error);
    }
  }

  /** Back to the camera, or to the end of it, as the error says. Nothing that was taken is kept. */
  private again(error: unknown): void {
    forgetProbe();
    if (error instanceof Problem && !mayRetake(error)) return this.over(said(error));
    if (this.live === undefined || this.live.until.aborted) this.view.state("stopped");
    else {
      void this.view.video.play().catch(() => undefined);
      this.live.guide();
      this.view.state("live");
    }
    this.view.problem(said(error));
  }

  private over(words: string): void {
    this.live?.close();
    this.detector?.close();
    this.detector = undefined;
    this.view.state("over");
    this.view.problem(words);
  }

  private stopped(): void {
    this.live?.close();
    if (this.view.is("live", "loading")) this.view.state("stopped");
  }

  private leave(): void {
    this.live?.close();
    this.detector?.close();
  }

  private on(name: string, act: () => Promise<void>): void {
    this.view.act(name).addEventListener("click", () => void act());
  }
}

function said(error: unknown): string {
  if (error instanceof NoSignal) return text("camera.no-signal");
  if (error instanceof Problem) return `${error.message} ${error.remedy}`;
  return text(error instanceof TwoNear ? "camera.two-in-burst" : "camera.not-taken");
}
