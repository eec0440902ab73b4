// The way into a demonstration: the key from the terminal's link, kept for this tab, and this browser's own key.

import { keepKey, makeKey } from "./device-key";
import { post, showProblem } from "./http";

const place = "overt-demonstration-key";

export function start(element: HTMLElement): void {
  // A link that is opened where this page stands already changes the fragment only.
  addEventListener("hashchange", () => location.reload());
  const found = /^#demonstration=([0-9a-f]{64})$/.exec(location.hash);
  if (found !== null) {
    sessionStorage.setItem(place, found[1] as string);
    history.replaceState(null, "", location.pathname);
  }
  const key = sessionStorage.getItem(place);
  if (key === null) return;
  element.querySelector("[data-without-key]")?.remove();
  const entering = element.querySelector<HTMLElement>("[data-with-key]");
  if (entering !== null) entering.hidden = false;
  for (const role of ["officer", "supervisor"]) {
    element.querySelector(`[data-act=${role}]`)?.addEventListener("click", () => {
      enter(key, role).then(
        () => location.replace("/"),
        (error: unknown) => showProblem(element, error),
      );
    });
  }
}

async function enter(key: string, role: string): Promise<void> {
  const { pair, publicKey } = await makeKey();
  const { device } = await post<{ device: string }>("/api/v1/demonstration", { key, role, public_key: publicKey });
  await keepKey(pair, device);
}
