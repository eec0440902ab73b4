// Strict readings of the small encodings: one value has one spelling, and another spelling is refused.

export type Bytes = Uint8Array<ArrayBuffer>;

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const largest = 2n ** 63n;

/** The bytes of a text in UTF-8. */
export function utf8(text: string): Bytes {
  return new Uint8Array(new TextEncoder().encode(text));
}

/** Bytes one behind the other. */
export function joined(...parts: Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Whether two runs of bytes are the same. */
export function same(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

/** Standard base64 with padding (RFC 4648, section 4), no stray bits in the last character; else undefined. */
export function base64Bytes(text: string): Bytes | undefined {
  const last = text.slice(-4);
  if (!base64.test(text) || btoa(atob(last)) !== last) return undefined;
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** 32 bytes in base64; else undefined. */
export function hashBytes(text: string): Bytes | undefined {
  const data = base64Bytes(text);
  return data?.length === 32 ? data : undefined;
}

/** A count below 2^63, without sign or leading zeros; else undefined. */
export function decimal(text: string): bigint | undefined {
  if (!/^(?:0|[1-9][0-9]{0,18})$/.test(text)) return undefined;
  const value = BigInt(text);
  return value < largest ? value : undefined;
}

/** 64 lower-case hex digits. */
export function isHex64(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

/** `sha256:` and 64 lower-case hex digits. */
export function isDigest(text: string): boolean {
  return /^sha256:[0-9a-f]{64}$/.test(text);
}

/** A day that exists, `YYYY-MM-DD`. */
export function isDate(text: string): boolean {
  const found = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(text);
  if (found === null) return false;
  const [year, month, day] = found.slice(1).map(Number) as [number, number, number];
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  return year > 0 && day > 0 && day <= days;
}

/** A UTC hour that exists, `YYYY-MM-DDTHHZ`. */
export function isHour(text: string): boolean {
  return /^.{10}T(?:[01][0-9]|2[0-3])Z$/.test(text) && isDate(text.slice(0, 10));
}
