// The closed list of deeds of format 1, their fields and commitments, and the form of each (spec/ledger-entry.md, which
// a test compares with this table).
//
// Rules:
// * A deed has exactly the fields and commitments of its row.
// * The form of a field goes with its name; what is not named is a code: short, no spaces, no place for a sentence.

import { type Json } from "./canonical";
import { isDate, isDigest, isHex64 } from "./encoding";

const mostItems = 64;
const code = (value: Json): boolean => typeof value === "string" && /^[a-z0-9][a-z0-9._-]{0,63}$/.test(value);
const integer = (value: Json): boolean => typeof value === "number";
const count = (value: Json): boolean => typeof value === "number" && value >= 0;
const yesNo = (value: Json): boolean => value === "yes" || value === "no";
const text =
  (form: (text: string) => boolean) =>
  (value: Json): boolean =>
    typeof value === "string" && form(value);

const forms: Record<string, (value: Json) => boolean> = {
  tried_first: (value) => isSortedSet(value) && value.every(code),
  source_mix: isMix,
  outcome_mix: isMix,
  count,
  references: count,
  destroyed: (value) => isSortedSet(value) && value.every(code),
  number: count,
  threshold_millionths: integer,
  scope_size_band: (value) => typeof value === "number" && /^(?:0|[125]0*)$/.test(String(value)),
  trained_until: text(isDate),
  earliest: text(isDate),
  day: text(isDate),
  contract: text(isDigest),
  proposed: text(isDigest),
  counts: text(isDigest),
  root: text(isHex64),
  key: text(isHex64),
  document: text(isDigest),
  valid_until: text((value) => value === "none" || isDate(value)),
  continues: text((value) => value === "none" || isDigest(value)),
  origin: text((value) => /^[!-*,-~]{1,255}$/.test(value)),
  demonstration: yesNo,
  synthetic: yesNo,
  simulated: yesNo,
  declined: yesNo,
};

/** Whether a value (without `true`, `false`, `null`) has the form of the field of this name. */
export function hasForm(name: string, value: Json): boolean {
  return (Object.hasOwn(forms, name) ? (forms[name] as (value: Json) => boolean) : code)(value);
}

function isMix(value: Json): boolean {
  if (!isSortedSet(value)) return false;
  const parts = value.map((item) => /^([a-z0-9][a-z0-9._-]{0,63})=(?:0|[1-9][0-9]{0,15})$/.exec(item)?.[1]);
  return !parts.includes(undefined) && new Set(parts).size === value.length;
}

function isSortedSet(value: Json): value is string[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > mostItems) return false;
  return value.every((item, at) => typeof item === "string" && (at === 0 || (value[at - 1] as string) < item));
}

/** Names of the fields in clear and of the commitments. */
export interface Shape {
  fields: string[];
  commitments: string[];
}

const opened = "ground details power offence tried_first place age without_this simulated";
const table: [deed: string, fields: string, commitments: string][] = [
  ["instance:ledger:created", "continues origin", ""],
  ["instance:day:closed", "counts day", "journal"],
  ["instance:key:changed", "cause key number", ""],
  ["instance:records:destroyed", "destroyed", "numbers"],
  ["policy:version:adopted", "change demonstration version", ""],
  ["policy:loosening:announced", "earliest proposed version", ""],
  ["policy:document:registered", "document kind valid_until", ""],
  ["policy:suspension:ordered", "number reach suspended", "order"],
  ["policy:suspension:lifted", "number reach suspended", "order"],
  ["officer:account:authorised", "seat trained_until", "officer"],
  ["officer:account:revoked", "", "officer"],
  ["officer:passkey:registered", "", "officer passkey"],
  ["officer:passkey:revoked", "", "officer passkey"],
  ["device:key:enrolled", "", "device"],
  ["device:key:revoked", "", "device"],
  ["gallery:batch:imported", "count root source_mix outcome_mix synthetic", ""],
  ["gallery:person:erased", "references", "person"],
  ["gallery:reference:reviewed", "", "reference"],
  ["gallery:relation:recorded", "count", ""],
  ["encounter:check:opened", opened, "officer operator area encounter sign_off"],
  ["encounter:check:refused", "refusal", "officer fields"],
  ["encounter:notice:recorded", "notice", ""],
  ["encounter:capture:refused", "refusal", ""],
  ["encounter:search:performed", "contract threshold_millionths scope_size_band", "result authority signature"],
  ["encounter:comparison:recorded", "simulated", "comparison"],
  ["encounter:candidates:revealed", "", "reveal"],
  ["encounter:decision:recorded", "", "decision"],
  ["encounter:follow-up:recorded", "", "follow_up"],
  ["encounter:receipt:issued", "declined", "receipt"],
  ["encounter:check:ended", "end step", ""],
  ["encounter:step:refused", "refusal", ""],
];

/** Every deed and what its entries hold. */
export const deeds: ReadonlyMap<string, Shape> = new Map(
  table.map(([deed, fields, commitments]) => [deed, { fields: words(fields), commitments: words(commitments) }]),
);

function words(text: string): string[] {
  return text === "" ? [] : text.split(" ");
}
