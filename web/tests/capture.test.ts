// The capture on the wire, held to the written format's vectors.

import { describe, expect, test } from "vitest";
import vectors from "../../spec/capture-vectors.json";
import { burst } from "../src/camera/burst/container";
import { fromDataAddress } from "../src/camera/burst/jpeg";
import { digests, lines } from "../src/camera/burst/message";
import { mayRetake, whyNoCamera } from "../src/camera/refusals";
import { after, constraints, noZoom } from "../src/camera/stream";
import { fromHex, hex } from "../src/hex";
import { Problem } from "../src/http";

describe("spec/capture-signature.md", () => {
  test.each(vectors.signatures)("$shutter, $frames.length frames", async ({ nonce, encounter, shutter, frames, message }) => {
    const hashes = await digests(frames.map(fromHex));
    const said = lines(nonce, encounter, shutter as "guided" | "override", hashes);
    expect(said.map((line) => `${line}\n`).join("")).toBe(message);
  });
});

describe("spec/capture-burst.md", () => {
  test.each(vectors.bursts)("$frames.length frames", ({ frames, body }) => {
    expect(hex(burst(frames.map(fromHex)))).toBe(body);
  });
  test("no frame, six frames and an empty frame are no burst", () => {
    const frame = new Uint8Array([1]);
    for (const frames of [[], Array(6).fill(frame), [frame, new Uint8Array()]]) {
      expect(() => burst(frames)).toThrow(RangeError);
    }
  });
});

describe("a frame's file", () => {
  test("is what the browser wrote, byte for byte", () => {
    expect([...fromDataAddress("data:image/jpeg;base64,/9j/AP8=")]).toEqual([0xff, 0xd8, 0xff, 0x00, 0xff]);
  });
  test("is a JPEG or nothing", () => expect(() => fromDataAddress("data:image/png;base64,iVBO")).toThrow());
});

describe("the camera", () => {
  test("is the one that looks away from the screen, unless another was chosen", () => {
    expect(constraints().video).toMatchObject({ facingMode: { ideal: "environment" } });
    expect(constraints("abc").video).toMatchObject({ deviceId: { exact: "abc" } });
    expect(constraints("abc").video).not.toHaveProperty("facingMode");
    expect(constraints().audio).toBe(false);
  });
  test("does not zoom", () => {
    expect(noZoom({})).toBeUndefined();
    expect(noZoom({ zoom: { min: 0.5, max: 8 } })).toBe(1);
    expect(noZoom({ zoom: { min: 100, max: 500 } })).toBe(100);
  });
  test("is changed in a round", () => {
    expect(after(["a"], "a")).toBeUndefined();
    expect(["a", "b", "c", "?"].map((one) => after(["a", "b", "c"], one))).toEqual(["b", "c", "a", "a"]);
  });
  test("may be missing for a reason", () => {
    const why = (name: string) => whyNoCamera(new DOMException("", name));
    expect(["NotAllowedError", "NotFoundError", "NotReadableError"].map(why)).toEqual(["not-allowed", "not-found", "not-opened"]);
    expect(whyNoCamera(new Error())).toBe("not-opened");
  });
});

test("another photograph may be taken when only the photograph was refused", () => {
  expect(mayRetake(new Problem("no_face", "", ""))).toBe(true);
  expect(mayRetake(new Problem("check_ended", "", ""))).toBe(false);
  expect(mayRetake(new Error("capture_stale"))).toBe(false);
});
