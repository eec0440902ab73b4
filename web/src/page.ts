// The one script of every page: starts what the page names in `data-script`, and nothing else.
//
// Rule: a page is complete without this script; it adds what only a script can do (passkey, camera, zoom, reading aloud).

import { focusOnProblem, showSignal } from "./frame";
import { name, startParts } from "./parts";

name({
  "sign-in": () => import("./sign-in"),
  join: () => import("./join"),
  demonstration: () => import("./demonstration"),
  camera: () => import("./camera/start"),
  compare: () => import("./compare/start"),
  notice: () => import("./notice"),
  print: () => import("./print"),
  reload: () => import("./reload"),
  verify: () => import("./verify"),
});
focusOnProblem();
showSignal();
if ("serviceWorker" in navigator) void navigator.serviceWorker.register("/sw.js").catch(() => undefined);
void startParts(document);
