// The phone's measures are the server's: golden numbers by tests/unit/models/test_detector_of_the_pages.py.

import { describe, expect, test } from "vitest";
import { drawMasked, type Pen } from "../src/camera/burst/mask";
import type { Face } from "../src/camera/face/face";
import { lightOf, windowOf, type Pixels } from "../src/camera/face/light";
import { poseOf } from "../src/camera/face/pose";
import golden from "./golden/measures.json";
import { face, look } from "./faces";

/** The picture that `pattern` in the Python test makes, with its brightness multiplied. */
function pattern(width: number, height: number, seed: number, gain: number): Pixels {
  let state = seed;
  const numbers = Array.from({ length: width * height * 3 + 2 }, () => {
    state = Number((BigInt(state) * 1103515245n + 12345n) % 2147483648n);
    return state >> 23;
  });
  const data = new Uint8ClampedArray(4 * width * height).fill(255);
  for (let at = 0; at < width * height * 3; at++) {
    const value = Math.floor((numbers[at]! + numbers[at + 1]! + numbers[at + 2]!) / 3);
    data[4 * Math.floor(at / 3) + (at % 3)] = Math.floor(value * gain);
  }
  return { data, width, height };
}

describe("pose", () => {
  test.each(golden.poses)("$name", ({ landmarks, pose }) => {
    const found = poseOf({ ...face(0, 0, 1), landmarks: landmarks as unknown as Face["landmarks"] });
    for (const angle of ["yaw", "pitch", "roll"] as const) expect(found?.[angle]).toBeCloseTo(pose[angle], 2);
  });

  test("none when the landmarks fall together", () => {
    const at = { x: 5, y: 5 };
    expect(poseOf({ ...face(0, 0, 1), landmarks: [at, at, at, at, at] })).toBeUndefined();
  });
});

describe("light", () => {
  test.each(golden.lights)("seed $seed, gain $gain", ({ width, height, seed, gain, light }) => {
    const found = lightOf(pattern(width, height, seed, gain));
    expect(found.sharpness! / light.sharpness).toBeCloseTo(1, 1.7);
    expect(found.black).toBeCloseTo(light.black, 2);
    expect(found.white).toBeCloseTo(light.white, 2);
  });

  test("no detail to measure in one colour", () => {
    const data = new Uint8ClampedArray(4 * 80 * 90).fill(128);
    expect(lightOf({ data, width: 80, height: 90 })).toEqual({ sharpness: undefined, black: 0, white: 0 });
  });

  test("only pixels of the picture are looked at, and not too few", () => {
    expect(windowOf({ x: -50, y: 10, width: 100, height: 100 }, 200, 200)).toEqual({ x: 0, y: 18, width: 42, height: 84 });
    expect(windowOf({ x: -95, y: 10, width: 100, height: 100 }, 200, 200)).toBeUndefined();
  });
});

describe("masks", () => {
  /** A pen that notes which pixels were covered last. */
  class Note implements Pen {
    fillStyle = "";
    readonly covered: boolean[][];
    constructor(width: number, height: number) {
      this.covered = Array.from({ length: height }, () => Array<boolean>(width).fill(false));
    }
    fillRect(...box: [number, number, number, number]): void {
      expect(this.fillStyle).toBe("rgb(128, 128, 128)");
      this.put(true, ...box);
    }
    drawImage(_: CanvasImageSource, ...numbers: [number, number, number, number, number, number, number, number]): void {
      expect(numbers.slice(0, 4)).toEqual(numbers.slice(4));
      this.put(false, ...(numbers.slice(0, 4) as [number, number, number, number]));
    }
    private put(covered: boolean, x: number, y: number, width: number, height: number): void {
      for (let row = y; row < y + height; row++) this.covered[row]!.fill(covered, x, x + width);
    }
  }
  const masked = (faces: readonly Face[], width: number, height: number): string[] => {
    const pen = new Note(width, height);
    drawMasked(pen, {} as CanvasImageSource, look(faces, { width, height }));
    return pen.covered.map((row) => row.map((each) => (each ? "#" : ".")).join(""));
  };

  test("the same pixels as on the server", () => {
    const { width, height, faces, covered } = golden.mask;
    expect(masked(faces as unknown as Face[], width, height)).toEqual(covered);
    expect(covered.join("")).toMatch(/#/);
  });

  test("nothing is covered when there is one face, or none", () => {
    for (const faces of [[], [face(20, 20, 30)]]) expect(masked(faces, 90, 80).join("")).not.toMatch(/#/);
  });

  test("somebody beyond the edge covers nothing", () => {
    expect(masked([face(20, 20, 30), face(-40, 0, 10)], 90, 80).join("")).not.toMatch(/#/);
  });
});
