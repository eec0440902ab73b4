// What a refusal, or an error of the browser, means on the camera page.

import { Problem } from "../http";

/** Refusals of a photograph, or no signal for one: another may be taken. */
const again = new Set([
  "no_signal",
  "capture_refused",
  "unreadable_image",
  "image_too_large",
  "heic_not_supported",
  "animated_image",
  "no_face",
  "several_faces",
  "face_too_small",
  "face_not_encodable",
  "burst_unreadable",
  "several_people_in_burst",
  "capture_stale",
  "capture_replayed",
  "capture_signature_invalid",
]);

/** Whether another photograph may be taken after this. */
export function mayRetake(error: unknown): boolean {
  return error instanceof Problem && again.has(error.code);
}

/** Which text says why the browser gave no camera. */
export function whyNoCamera(error: unknown): "not-allowed" | "not-found" | "not-opened" {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "not-allowed";
  return name === "NotFoundError" || name === "OverconstrainedError" ? "not-found" : "not-opened";
}
