// Requests to our own server, and its refusals (RFC 9457) as errors that say what to do.

import { text } from "./texts";

/** A refusal or a fault. `code` is stable; `message` and `remedy` are for people. */
export class Problem extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly remedy: string,
  ) {
    super(message);
  }
}

/** There was no answer: no signal, or the server is away. */
export class NoSignal extends Problem {
  constructor() {
    super("no_signal", text("no-signal"), text("no-signal-remedy"));
  }
}

/** Sends JSON and returns the answer's JSON; nothing for an answer without a body. */
export async function post<T>(path: string, body: unknown, method = "POST"): Promise<T> {
  const answer = await send(path, { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  return (answer.status === 204 ? undefined : await answer.json()) as T;
}

/** A request whose refusal is a `Problem`. */
export async function send(path: string, init: RequestInit): Promise<Response> {
  const answer = await fetch(path, { ...init, credentials: "same-origin", cache: "no-store", redirect: "error" }).catch(
    () => {
      throw new NoSignal();
    },
  );
  if (answer.ok) return answer;
  const said = (await answer.json().catch(() => ({}))) as { code?: string; detail?: string; remedy?: string };
  throw new Problem(said.code ?? "http", said.detail ?? text("broken"), said.remedy ?? "");
}

/** Shows a problem in the page's own place for it. */
export function showProblem(element: HTMLElement, error: unknown): void {
  const place = element.querySelector<HTMLElement>("[data-problem]");
  if (place === null) return;
  place.textContent = error instanceof Problem ? `${error.message} ${error.remedy}` : text("broken");
  place.hidden = false;
}
