import { describe, expect, test } from "vitest";
import { Altered, checked } from "../src/camera/detector/checked";
import { decode, type Outputs } from "../src/camera/detector/decode";
import { planes, shrunk, stepped } from "../src/camera/detector/input";
import { scaled } from "../src/camera/face/face";
import golden from "./golden/detector.json";
import { face } from "./faces";

const outputs: Outputs = Object.fromEntries(
  Object.entries(golden.outputs).map(([name, values]) => [name, Float32Array.from(values)]),
);

describe("what the network says becomes the faces that OpenCV reads from it", () => {
  test("the same number, boxes, landmarks and scores", () => {
    const found = decode(outputs, golden.width, golden.height);
    expect(found).toHaveLength(golden.faces.length);
    found.forEach(({ box, landmarks, score }, number) => {
      const wanted = golden.faces[number]!;
      expect(score).toBeCloseTo(wanted.score, 2);
      for (const side of ["x", "y", "width", "height"] as const) expect(box[side]).toBeCloseTo(wanted.box[side], 1);
      landmarks.forEach(({ x, y }, point) => {
        expect(x).toBeCloseTo(wanted.landmarks[point]!.x, 1);
        expect(y).toBeCloseTo(wanted.landmarks[point]!.y, 1);
      });
    });
  });

  test("a lower least score finds more places, but never two over each other", () => {
    const found = decode(outputs, golden.width, golden.height, 0.05);
    expect(found.length).toBeGreaterThanOrEqual(golden.faces.length);
    expect(decode(outputs, golden.width, golden.height, 0.95)).toEqual([]);
  });

  test("numbers that are none find no face", () => {
    const broken = { ...outputs, cls_8: outputs["cls_8"]!.map(() => NaN) };
    for (const { score } of decode(broken, golden.width, golden.height, 0)) expect(score).not.toBeNaN();
  });

  test("an output that is missing is an error", () => {
    const { kps_32: _, ...without } = outputs;
    expect(() => decode(without, golden.width, golden.height)).toThrow("kps_32");
  });
});

describe("what the network is given", () => {
  test("sizes", () => {
    expect(shrunk({ width: 960, height: 1280 }, 320)).toEqual({ width: 240, height: 320 });
    expect(shrunk({ width: 100, height: 50 }, 320)).toEqual({ width: 100, height: 50 });
    expect(shrunk({ width: 5000, height: 1 }, 320)).toEqual({ width: 320, height: 1 });
    expect(stepped({ width: 240, height: 320 })).toEqual({ width: 256, height: 320 });
  });

  test("planes of blue, green and red, black beyond the picture", () => {
    const data = Uint8ClampedArray.from({ length: 4 * 33 * 2 }, (_, at) => [10, 20, 30, 255][at % 4]!);
    const made = planes({ data, width: 33, height: 2 });
    expect(made).toHaveLength(3 * 64 * 32);
    [30, 20, 10].forEach((value, plane) => {
      const from = plane * 64 * 32;
      expect([...made.slice(from + 64, from + 98)]).toEqual([...Array<number>(33).fill(value), 0]);
      expect(made[from + 2 * 64]).toBe(0);
    });
  });

  test("faces go back to the picture's own pixels", () => {
    const { box, landmarks } = scaled(face(10, 20, 100, 120), 4, 3);
    expect(box).toEqual({ x: 40, y: 60, width: 400, height: 360 });
    expect(landmarks[2]).toEqual({ x: 4 * 60, y: 3 * (20 + 0.58 * 120) });
  });
});

describe("files that run are those of the build", () => {
  const bytes = new TextEncoder().encode("abc");
  const digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  test("the right ones pass", async () => expect(await checked(bytes, digest)).toBe(bytes));
  test("one bit more, and they do not", async () => {
    await expect(checked(bytes.with(0, 96), digest)).rejects.toThrow(Altered);
  });
});
