// RFC 8785 (JCS) for values without fractions: all that ledger entries, receipts and commitments may hold.
//
// Rules:
// * Bytes are accepted only when they are exactly the serialisation of what they parse to: one value, one spelling.
// * Never a fraction, an exponent, a lone surrogate, or an integer of 2^53 and beyond; at most 32 arrays and objects
//   inside one another. `true`, `false` and `null` only where the caller allows them (an entry never holds them).

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

const deepest = 32;

/** Reads canonical bytes; an `Error` with a plain reason when they are not, or hold a value that is not allowed. */
export function parse(data: Uint8Array, literals: boolean): Json {
  const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
  const value = JSON.parse(text) as Json;
  check(value, deepest, literals);
  if (serialise(value) !== text) throw new Error("it is not in the one canonical spelling");
  return value;
}

/** The canonical text of a value that has only what may stand in one. */
export function serialise(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(serialise).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  // The default order of `sort` is by UTF-16 code units, as RFC 8785 wants it.
  const members = Object.keys(value).sort();
  return `{${members.map((name) => `${JSON.stringify(name)}:${serialise(value[name] as Json)}`).join(",")}}`;
}

function check(value: Json, depth: number, literals: boolean): void {
  if (typeof value === "string") {
    if (/\p{Surrogate}/u.test(value)) throw new Error("it holds half a surrogate pair");
  } else if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) throw new Error("it holds a number that is not an integer below 2^53");
  } else if (value === null || typeof value === "boolean") {
    if (!literals) throw new Error("it holds true, false or null");
  } else {
    if (depth === 0) throw new Error("it is nested too deeply");
    if (!Array.isArray(value)) Object.keys(value).forEach((name) => check(name, depth, literals));
    for (const item of Object.values(value)) check(item, depth - 1, literals);
  }
}
