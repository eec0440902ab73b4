// Goes on to another page of the check without leaving this document, so that the photograph in its memory survives.
//
// Rules:
// * Only pages of our own server, only while a check is being compared; whatever else is followed is a page of its own.
// * What a browser does on a new page is done here: address, title, focus on the heading or the problem, scripts' parts.
// * On a page that compares nothing the photograph is forgotten.

import { NoSignal } from "../http";
import { startParts } from "../parts";
import { showWarning } from "./presentation";
import { forgetProbe } from "./probe";

let listening = false;

/** Fetches a page, follows its redirects, and puts it in the place of this one. `NoSignal` leaves this one as it is. */
export async function show(path: string, sent?: URLSearchParams): Promise<void> {
  const { html, url } = await fetched(path, sent);
  history.pushState(null, "", url);
  listen();
  await put(new DOMParser().parseFromString(html, "text/html"));
}

/** Back and forward lead to where their address says, too. */
function listen(): void {
  if (listening) return;
  listening = true;
  const back = async (): Promise<void> => {
    const { html, url } = await fetched(location.href);
    history.replaceState(null, "", url);
    await put(new DOMParser().parseFromString(html, "text/html"));
  };
  addEventListener("popstate", () => void back().catch(() => location.reload()));
}

/** A page of ours, wherever the redirects lead. */
export async function fetched(path: string, sent?: URLSearchParams): Promise<{ html: string; url: string }> {
  const init: RequestInit = { credentials: "same-origin", cache: "no-store", headers: { accept: "text/html" } };
  try {
    const answer = await fetch(path, sent === undefined ? init : { ...init, method: "POST", body: sent });
    return { html: await answer.text(), url: answer.url };
  } catch {
    throw new NoSignal();
  }
}

async function put(fresh: Document): Promise<void> {
  const [here, there] = [document.querySelector("main"), fresh.querySelector("main")];
  if (here === null || there === null) return location.reload();
  // The line about the signal is watched by a script that began with this document.
  const line = here.querySelector("#offline");
  if (line !== null) there.querySelector("#offline")?.replaceWith(line);
  document.title = fresh.title;
  document.querySelector(".govuk-back-link")?.remove();
  const back = fresh.querySelector(".govuk-back-link");
  if (back !== null) here.before(back);
  here.replaceChildren(...there.childNodes);
  if (here.querySelector("[data-script~=compare]") === null) forgetProbe();
  showWarning(here, location.pathname);
  scrollTo(0, 0);
  focus(here);
  await startParts(here);
}

function focus(root: ParentNode): void {
  const [problem, heading] = [root.querySelector<HTMLElement>("[data-focus]"), root.querySelector<HTMLElement>("h1")];
  heading?.setAttribute("tabindex", "-1");
  (problem ?? heading)?.focus();
}
