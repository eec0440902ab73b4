// From a photograph to its answer, and to the comparison.
//
// Rules:
// * The best frame stays in memory for the comparison, the others only until they are sent.
// * An answer that was lost is asked for, not searched again. What never reached the server is dropped, and another
//   photograph may be taken.

import { keepWarning } from "../compare/presentation";
import { forgetProbe, keepProbe } from "../compare/probe";
import { show } from "../compare/swap";
import { NoSignal, Problem } from "../http";
import { text } from "../texts";
import { best } from "./burst/best";
import type { Photograph } from "./burst/photograph";
import { answerAgain, capture, type Answer } from "./burst/send";
import type { Detector } from "./detector/detector";
import type { Opening } from "./guidance/shutter";
import type { View } from "./view";

/** Which check this is: its identifier, where it is handed in, and where its pages are. */
export interface Check {
  readonly encounter: string;
  readonly api: string;
  readonly path: string;
}

/** What becomes of the camera. */
export interface Outcome {
  /** The camera is not needed any more, or not for now. */
  close(): void;
  /** Opens the camera anew. */
  open(): Promise<void>;
  /** Another photograph may be taken, or none, as the error says. */
  again(error: unknown): void;
  /** The page has become another one. */
  done(): void;
}

export class HandingIn {
  private answered = false;

  constructor(
    private readonly check: Check,
    private readonly view: View,
    private readonly outcome: Outcome,
  ) {}

  /** Signs and sends a photograph. */
  async send({ nonce, frames }: Photograph, opening: Opening, detector: Detector): Promise<void> {
    const frame = frames[best(frames.map(({ look }) => look))];
    if (frame === undefined) return;
    const dropped = (): void => (this.answered ? detector.close() : undefined);
    const { encounter, api } = this.check;
    keepProbe({ encounter, picture: frame.picture, faces: frame.look.faces, detector, dropped });
    const bytes = frames.map((each) => each.bytes);
    await this.answer(capture(api, encounter, nonce, opening, bytes), "answer-lost");
  }

  /** Asks for an answer that did not arrive. */
  async ask(): Promise<void> {
    this.view.problem(undefined);
    this.view.state("sending");
    await this.answer(answerAgain(this.check.api), "still-no-signal");
  }

  private async answer(coming: Promise<Answer>, whenLost: string): Promise<void> {
    try {
      await this.goOn(await coming);
    } catch (error) {
      if (error instanceof NoSignal) this.lost(text(`camera.${whenLost}`));
      else if (error instanceof Problem && error.code === "answer_missing") await this.neverArrived();
      else this.outcome.again(error);
    }
  }

  private async goOn({ candidates, presentation_warning: warning }: Answer): Promise<void> {
    this.outcome.close();
    this.answered = true;
    // An answer that is asked for again has no warning any more: it was never kept.
    if (warning !== null) keepWarning(this.check.encounter, warning);
    if (candidates.length === 0) forgetProbe();
    await show(`${this.check.path}/compare`);
    this.outcome.done();
  }

  private lost(said: string): void {
    this.outcome.close();
    this.view.state("lost");
    this.view.problem(said);
  }

  private async neverArrived(): Promise<void> {
    forgetProbe();
    await this.outcome.open();
    this.view.problem(text("camera.never-arrived"));
  }
}
