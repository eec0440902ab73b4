// The person's page: takes the secret out of the link, shows the front, opens the rest with the PIN, and checks it.
//
// Rules:
// * The secret leaves the address before anything else happens, and goes to the server in bodies only.
// * Nothing is kept: no cookie, no storage, no service worker. Leaving the page, or "Hide everything", empties it.
// * What is shown of a receipt is text, whatever it holds; nothing that failed its check is shown as if it were true.

import { post, Problem, showProblem } from "../http";
import { text } from "../texts";
import { type Json } from "./canonical";
import { utf8 } from "./encoding";
import { CannotVerify } from "./failure";
import { parseKey } from "./note";
import { type Receipt, verifyReceipt } from "./receipt";
import { contentRows, hourInWords, proofRows, type Row, showRows } from "./rows";
import { failureInWords } from "./verdict";

interface Front {
  reference: string;
  hour: string;
  complaint: string;
}

interface Inside {
  receipt: string;
  grounds: Record<string, string>;
}

interface Checked {
  verdict: string;
  rows: Row[];
}

const root = document.querySelector<HTMLElement>("[data-receipt]");
if (root !== null) start(root);

function start(element: HTMLElement): void {
  const secret = takeSecret();
  // A link that is opened where this page stands already changes the fragment only.
  addEventListener("hashchange", () => location.reload());
  addEventListener("pagehide", empty);
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
  part(element, "[data-act=hide]").hidden = false;
  part(element, "[data-act=hide]").addEventListener("click", hide);
  element.querySelector("[data-needs-script]")?.remove();
  if (secret === undefined) {
    part(element, "[data-part=nothing]").hidden = false;
    return;
  }
  post<Front>("/api/v1/receipts/front", { secret }).then(
    (front) => showFront(element, front, secret),
    (error: unknown) => showProblem(element, error),
  );
}

function takeSecret(): string | undefined {
  const found = /^#([0-9a-f]{64})$/.exec(location.hash);
  history.replaceState(null, "", location.pathname);
  return found?.[1];
}

function showFront(element: HTMLElement, front: Front, secret: string): void {
  for (const [name, said] of Object.entries({ ...front, hour: hourInWords(front.hour) }))
    part(element, `[data-front=${name}]`).textContent = said;
  part(element, "[data-part=front]").hidden = false;
  const form = part(element, "[data-part=pin]");
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void open(element, front, secret);
  });
}

async function open(element: HTMLElement, front: Front, secret: string): Promise<void> {
  const field = part(element, "#pin") as HTMLInputElement;
  // One at a time: a second press must not use up one more of the five tries.
  if (field.readOnly) return;
  const pin = field.value.replace(/\s/g, "");
  if (!/^[0-9]{6}$/.test(pin)) {
    pinProblem(element, text("receipt.pin-form"));
    return;
  }
  field.readOnly = true;
  try {
    const inside = await post<Inside>("/api/v1/receipts/inside", { secret, pin });
    part(element, "[data-part=pin]").remove();
    showInside(element, front, inside, await checked(inside, element.dataset["vkey"] ?? ""));
  } catch (error) {
    field.value = "";
    field.readOnly = false;
    if (error instanceof Problem && error.code === "receipt_closed") {
      part(element, "[data-part=pin]").remove();
      showProblem(element, error);
    } else {
      pinProblem(element, error instanceof Problem ? `${error.message} ${error.remedy}` : text("receipt.broken"));
    }
  }
}

async function checked({ receipt, grounds }: Inside, vkey: string): Promise<Checked> {
  let found: Receipt;
  try {
    found = await verifyReceipt(utf8(receipt), await parseKey(vkey));
  } catch (error) {
    // Not looked at is not the same as false: what it says is shown, and that nobody checked it.
    const rows = error instanceof CannotVerify ? contentRows(unchecked(receipt), grounds) : [];
    return { verdict: failureInWords(error), rows };
  }
  const rows = [...contentRows(found.opened["receipt"], grounds), ...proofRows(found)];
  return { verdict: text("receipt.verified"), rows };
}

function unchecked(receipt: string): Json | undefined {
  const whole = JSON.parse(receipt) as { inside: { openings: { name: string; value: Json }[] } };
  return whole.inside.openings.find(({ name }) => name === "receipt")?.value;
}

function showInside(element: HTMLElement, front: Front, inside: Inside, { verdict, rows }: Checked): void {
  part(element, "[data-verdict]").textContent = verdict;
  showRows(part(element, "[data-rows]"), rows);
  part(element, "[data-act=save]").addEventListener("click", () => save(inside.receipt, front.reference));
  part(element, "[data-part=inside]").hidden = false;
  part(element, "[data-part=inside] h2").focus();
}

function save(receipt: string, reference: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([receipt], { type: "application/json" }));
  link.download = `receipt-${reference}.json`;
  link.click();
  URL.revokeObjectURL(link.href);
}

function pinProblem(element: HTMLElement, said: string): void {
  const place = part(element, "[data-pin-problem]");
  place.textContent = said;
  place.hidden = false;
  const field = part(element, "#pin");
  field.setAttribute("aria-invalid", "true");
  field.focus();
}

function hide(): void {
  empty();
  location.replace("about:blank");
}

function empty(): void {
  document.body.replaceChildren();
  document.title = "";
}

function part(element: HTMLElement, selector: string): HTMLElement {
  return element.querySelector(selector) as HTMLElement;
}
