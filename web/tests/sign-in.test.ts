// What a phone signs when somebody signs in on it, held to the written format's vectors.

import { describe, expect, test } from "vitest";
import vectors from "../../spec/device-sign-in-vectors.json";
import { lines } from "../src/sign-in-message";

describe("spec/device-sign-in.md", () => {
  test.each(vectors.sign_ins)("$device", ({ challenge_base64url, device, message }) => {
    expect(lines(challenge_base64url, device).map((line) => `${line}\n`).join("")).toBe(message);
  });
});
