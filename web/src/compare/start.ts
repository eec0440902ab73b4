// The comparison page: photograph and candidate, and the form that is sent without leaving the document.
//
// Rules:
// * The page works without this script and without the photograph; then the officer compares with the person.
// * The time is measured from when the candidate's picture was there to be seen.
// * While the photograph is in memory, the form is sent by this script, so that it survives to the next candidate.

import { choose } from "../camera/face/one-face";
import { thoroughly } from "../camera/detector/detector";
import { showProblem } from "../http";
import { forgetProbe, probeOf, whenForgotten, type Probe } from "./probe";
import { Pictures, type Shown } from "./pictures";
import { fetched, show } from "./swap";

export function start(page: HTMLElement): void {
  const one = <T extends HTMLElement>(selector: string): T => page.querySelector(selector) as T;
  const image = one<HTMLImageElement>("[data-candidate]");
  const form = one<HTMLFormElement>("[data-judgement]");
  const drawn = page.querySelector<HTMLImageElement>("[data-drawn]");
  // In practice a drawing stands where the photograph would be, which is let go of at once.
  if (drawn !== null) forgetProbe();
  const probe = probeOf(page.dataset["encounter"] ?? "");

  void seen(image).then((at) => measure(form, at));
  if (probe !== undefined) sendHere(page, form);
  const invitation = page.querySelector<HTMLFormElement>("[data-invitation]");
  if (probe !== undefined && invitation !== null) inviteHere(page, invitation);
  void compare(page, image, probe, drawn);
}

/** When the picture was there to be seen. */
async function seen(image: HTMLImageElement): Promise<number> {
  await image.decode().catch(() => undefined);
  return performance.now();
}

function measure(form: HTMLFormElement, from: number): void {
  form.addEventListener("formdata", ({ formData }) => {
    formData.set("elapsed_ms", String(Math.round(performance.now() - from)));
  });
}

function sendHere(page: HTMLElement, form: HTMLFormElement): void {
  let sending = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (sending) return;
    sending = true;
    show(form.action, fields(form)).catch((error: unknown) => {
      sending = false;
      showProblem(page, error);
    });
  });
}

/** The code for a second officer comes up here; a page of its own would take the photograph away. */
function inviteHere(page: HTMLElement, form: HTMLFormElement): void {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    fetched(form.action, fields(form)).then(
      ({ html }) => {
        const main = new DOMParser().parseFromString(html, "text/html").querySelector("main");
        main?.querySelectorAll("h1, #offline").forEach((each) => each.remove());
        form.replaceWith(...(main?.childNodes ?? []));
      },
      (error: unknown) => showProblem(page, error),
    );
  });
}

function fields(form: HTMLFormElement): URLSearchParams {
  return new URLSearchParams([...new FormData(form)].map(([name, value]) => [name, String(value)]));
}

async function compare(
  page: HTMLElement,
  image: HTMLImageElement,
  probe: Probe | undefined,
  drawn: HTMLImageElement | null,
): Promise<void> {
  const part = (name: string): HTMLElement => page.querySelector(`[data-part=${name}]`) as HTMLElement;
  await image.decode().catch(() => undefined);
  if (image.naturalWidth === 0) {
    part("not-loaded").hidden = false;
    return;
  }
  const candidate = shownCandidate(part("candidate"), image, undefined);
  const pictures = new Pictures(part("tools"), part("pictures"), [candidate]);
  if (drawn !== null) {
    await drawn.decode().catch(() => undefined);
    pictures.use([shownCandidate(part("probe"), drawn, undefined), candidate]);
  }
  if (probe === undefined) return;
  const own = shownProbe(part("probe"), probe);
  part("without").hidden = true;
  part("probe-figure").hidden = false;
  pictures.use([own, candidate]);
  whenForgotten(() => {
    part("without").hidden = false;
    part("probe-figure").hidden = true;
    pictures.use([candidate]);
  });
  const face = await faceIn(image, probe).catch(() => undefined);
  if (face !== undefined && probeOf(probe.encounter) === probe) pictures.use([own, { ...candidate, face }]);
}

function shownCandidate(frame: HTMLElement, image: HTMLImageElement, face: Shown["face"]): Shown {
  return { frame, picture: image, size: { width: image.naturalWidth, height: image.naturalHeight }, face };
}

function shownProbe(frame: HTMLElement, { picture, faces }: Probe): Shown {
  frame.replaceChildren(picture);
  return { frame, picture, size: { width: picture.width, height: picture.height }, face: choose(faces)?.person };
}

async function faceIn(image: HTMLImageElement, { detector }: Probe): Promise<Shown["face"]> {
  return choose((await detector.look(await createImageBitmap(image), thoroughly)).faces)?.person;
}
