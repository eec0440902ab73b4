// A receipt in plain words: what it opens, and where it stands in the public record.

import { text } from "../texts";
import { type Json } from "./canonical";
import { type Receipt } from "./receipt";

/** A line of the page: what it is, and what it says. */
export type Row = [label: string, value: string];

const classes = ["ended-early", "not-adverse", "adverse"];

/** What the commitment `receipt` holds (spec/receipt.md, "What a receipt opens"); what it lacks has no row. */
export function contentRows(value: Json | undefined, grounds: Record<string, string> = {}): Row[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  const said = (name: string): string => (typeof value[name] === "string" ? value[name] : "");
  const ground = said("ground");
  const rows: Row[] = [
    ["officer", said("officer")],
    ["ground", Object.hasOwn(grounds, ground) ? (grounds[ground] as string) : ground],
    ["began", said("began") === "" ? "" : hourInWords(said("began"))],
    ["policy", said("policy_version") || said("policy")],
    ["outcome", classes.includes(said("outcome")) ? text(`receipt.outcome-${said("outcome")}`) : said("outcome")],
  ];
  return named(rows);
}

/** Where a receipt that verified stands. */
export function proofRows(receipt: Receipt): Row[] {
  const { index, checkpoint } = receipt.inclusion;
  const place = text("receipt.place", { index: String(index), size: String(checkpoint.size) });
  return named([
    ["place-name", place],
    ["log", checkpoint.origin],
    ["root", btoa(String.fromCharCode(...checkpoint.root))],
  ]);
}

/** An hour of the record (`YYYY-MM-DDTHHZ`, UTC) in the reader's own time. */
export function hourInWords(hour: string): string {
  const began = new Date(`${hour.slice(0, 13)}:00:00Z`);
  if (Number.isNaN(began.getTime())) return hour;
  const language = document.documentElement.lang;
  const locale = language === "en" ? "en-GB" : language;
  const time = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
  const last = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", timeZoneName: "short" });
  return text("receipt.hour", {
    day: new Intl.DateTimeFormat(locale, { dateStyle: "long" }).format(began),
    began: time.format(began),
    ended: last.format(new Date(began.getTime() + 3_600_000)),
  });
}

/** Shows rows as a list of terms; text only, whatever it holds. */
export function showRows(place: Element, rows: Row[]): void {
  place.replaceChildren(
    ...rows.map(([label, value]) => {
      const row = document.createElement("div");
      row.className = "govuk-summary-list__row";
      row.append(cell("dt", "key", label), cell("dd", "value", value));
      return row;
    }),
  );
}

function cell(tag: string, part: string, content: string): Element {
  const made = document.createElement(tag);
  made.className = `govuk-summary-list__${part}`;
  made.textContent = content;
  return made;
}

function named(rows: Row[]): Row[] {
  return rows.filter(([, value]) => value !== "").map(([name, value]) => [text(`receipt.${name}`), value]);
}
