// The page that checks a saved receipt from a disk, against a key that its reader brings.
//
// Rules:
// * One file, which asks nobody for anything: its own policy forbids it every connection.
// * The key is never taken from the receipt: one that brings its own proves nothing.

import { text } from "../texts";
import { parseKey } from "./note";
import { mostBytes, type Receipt, verifyReceipt } from "./receipt";
import { contentRows, hourInWords, proofRows, showRows } from "./rows";
import { failureInWords } from "./verdict";

const form = document.querySelector("form") as HTMLFormElement;
const verdict = document.querySelector("[data-verdict]") as HTMLElement;
const rows = document.querySelector("[data-rows]") as HTMLElement;

form.hidden = false;
form.addEventListener("submit", (event) => {
  event.preventDefault();
  void check();
});
// What was found belongs to what was given: another key or another file is not checked yet.
form.addEventListener("input", () => tell("", undefined));

async function check(): Promise<void> {
  tell("", undefined);
  const key = (form.elements.namedItem("key") as HTMLTextAreaElement).value.trim();
  const file = (form.elements.namedItem("file") as HTMLInputElement).files?.[0];
  if (key === "" || file === undefined) {
    tell(text("receipt.both-needed"), false);
    return;
  }
  const trusted = await parseKey(key).catch(() => undefined);
  if (trusted === undefined) {
    tell(text("receipt.key-wrong"), false);
    return;
  }
  try {
    // No more is read than shows that it is too large.
    const data = new Uint8Array(await file.slice(0, mostBytes + 1).arrayBuffer());
    show(await verifyReceipt(data, trusted));
  } catch (error) {
    tell(failureInWords(error), false);
  }
}

function show(receipt: Receipt): void {
  tell(text("receipt.verified-offline"), true);
  showRows(rows, [
    [text("receipt.reference"), receipt.reference],
    [text("receipt.when"), hourInWords(receipt.hour)],
    ...contentRows(receipt.opened["receipt"]),
    ...proofRows(receipt),
  ]);
}

function tell(said: string, good: boolean | undefined): void {
  verdict.textContent = said;
  verdict.dataset["verdict"] = good === undefined ? "" : good ? "good" : "bad";
  rows.replaceChildren();
}
