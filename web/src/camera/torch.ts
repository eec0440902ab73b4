// The lamp: off until the person has been warned, by voice and in writing, and the officer has pressed twice.
//
// Rules:
// * The first press only warns. The second button opens when the warning has been spoken to its end, or after four
//   seconds on a phone without a voice.
// * A camera that is opened anew begins with its lamp off.

import { speak } from "./speech";
import { text } from "../texts";
import type { Camera } from "./stream";
import type { View } from "./view";

/** Joins the lamp's buttons; call what it returns with each camera that is opened. */
export function torchButtons(view: View): (torch: Camera["torch"]) => void {
  let lamp: Camera["torch"];
  const [ask, on, not, off] = (["torch", "torch-on", "torch-not", "torch-off"] as const).map((name) => view.act(name));
  const show = (...shown: (HTMLButtonElement | undefined)[]): void => {
    for (const button of [ask, on, not, off]) if (button !== undefined) button.hidden = !shown.includes(button);
    view.warning(shown.includes(on));
  };
  const switched = (light: boolean): void => {
    lamp?.(light).then(
      () => show(light ? off : ask),
      () => show(ask),
    );
  };
  ask?.addEventListener("click", () => {
    show(on, not);
    if (on !== undefined) on.disabled = true;
    void speak(text("camera.torch-warning")).then(() => {
      if (on !== undefined) on.disabled = false;
    });
  });
  on?.addEventListener("click", () => switched(true));
  off?.addEventListener("click", () => switched(false));
  not?.addEventListener("click", () => show(ask));
  return (torch) => {
    lamp = torch;
    show(torch === undefined ? undefined : ask);
  };
}
