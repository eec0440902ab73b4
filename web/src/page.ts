// The one script of every page: starts what the page names in `data-script`, and nothing else.
//
// Rules:
// * A page is complete without this script; it adds what only a script can do (passkey, camera, zoom, reading aloud).
// * A part that is heavy is fetched by the page that needs it and by no other.

import { focusOnProblem, showSignal } from "./frame";

const parts: Record<string, () => Promise<{ start(element: HTMLElement): void | Promise<void> }>> = {
  "sign-in": () => import("./sign-in"),
  join: () => import("./join"),
  demonstration: () => import("./demonstration"),
  camera: () => import("./camera/start"),
  compare: () => import("./compare/start"),
  notice: () => import("./notice"),
  print: () => import("./print"),
  reload: () => import("./reload"),
  verify: () => import("./verify"),
};

/** Starts every part that stands in `root`. */
export async function startParts(root: ParentNode): Promise<void> {
  for (const element of root.querySelectorAll<HTMLElement>("[data-script]")) {
    for (const name of (element.dataset["script"] ?? "").split(" ")) {
      const part = parts[name];
      if (part !== undefined) await (await part()).start(element);
    }
  }
}

focusOnProblem();
showSignal();
if ("serviceWorker" in navigator) void navigator.serviceWorker.register("/sw.js").catch(() => undefined);
void startParts(document);
