// One entry of the ledger, format 1: bytes in, a checked value out (spec/ledger-entry.md).

import { type Json, parse } from "./canonical";
import { deeds, hasForm, type Shape } from "./deeds";
import { type Bytes, isDigest, isHex64, isHour } from "./encoding";
import { type Code, NotVerified } from "./failure";

/** A well-formed entry: its hour, and its commitments in hex by name. */
export interface Entry {
  deed: string;
  hour: string;
  policy: string;
  fields: { [name: string]: Json };
  commitments: { [name: string]: string };
}

const always = ["v", "deed", "hour", "build", "policy", "fields", "commitments"];
const neverClear = ["area", "result", "decision", "outcome"];
const onlyMerged: [name: string, codes: string[]][] = [
  ["ground", ["missing", "deceased"]],
  ["notice", ["given", "deceased"]],
];

/** Reads and checks one entry. */
export function parseEntry(data: Bytes): Entry {
  const members = membersOf(data);
  const deed = members["deed"];
  const shape = typeof deed === "string" ? deeds.get(deed) : undefined;
  if (typeof deed !== "string" || shape === undefined) throw new NotVerified("entry_deed", "unknown deed");
  exactly("members", members, deed.startsWith("encounter:") ? [...always, "once"] : always);
  if ("once" in members) formed("once", members["once"], isHex64);
  const hour = formed("hour", members["hour"], isHour);
  formed("build", members["build"], isDigest);
  const policy = formed("policy", members["policy"], isDigest);
  const fields = fieldsOf(members["fields"], shape);
  return { deed, hour, policy, fields, commitments: commitmentsOf(members["commitments"], shape) };
}

function membersOf(data: Bytes): { [name: string]: Json } {
  let value: Json;
  try {
    value = parse(data, false);
  } catch (error) {
    throw new NotVerified("entry_not_canonical", String(error));
  }
  const members = objectOf(value, "entry_not_canonical");
  if (members["v"] !== 1) throw new NotVerified("entry_version", "its version is not 1");
  return members;
}

function fieldsOf(value: Json | undefined, shape: Shape): { [name: string]: Json } {
  const fields = objectOf(value, "entry_value");
  const unmerged = onlyMerged.some(([name, codes]) => codes.includes(fields[name] as string));
  if (unmerged || neverClear.some((name) => Object.hasOwn(fields, name)))
    throw new NotVerified("entry_tells_too_much", "a field tells what a bystander must not learn");
  exactly("fields", fields, shape.fields);
  for (const name of shape.fields)
    if (!hasForm(name, fields[name] as Json)) throw new NotVerified("entry_value", `the field ${name} is malformed`);
  return fields;
}

function commitmentsOf(value: Json | undefined, shape: Shape): { [name: string]: string } {
  const found = objectOf(value, "entry_value");
  exactly("commitments", found, shape.commitments);
  return Object.fromEntries(shape.commitments.map((name) => [name, formed(name, found[name], isHex64)]));
}

function objectOf(value: Json | undefined, code: Code): { [name: string]: Json } {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new NotVerified(code, "something that should be an object is not");
  return value;
}

function exactly(what: string, found: { [name: string]: Json }, wanted: string[]): void {
  const names = Object.keys(found);
  if (names.length !== wanted.length || !wanted.every((name) => Object.hasOwn(found, name)))
    throw new NotVerified("entry_members", `its ${what} are not exactly those of its format`);
}

function formed(name: string, value: Json | undefined, form: (text: string) => boolean): string {
  if (typeof value !== "string" || !form(value)) throw new NotVerified("entry_value", `${name} is malformed`);
  return value;
}
