import { describe, expect, test } from "vitest";
import { best } from "../src/camera/burst/best";
import { isDue } from "../src/camera/burst/frames";
import { choose } from "../src/camera/face/one-face";
import { judge, judgements } from "../src/camera/guidance/judge";
import { shapes } from "../src/camera/guidance/outline";
import { afterLook, opening, shutterFrom, type Shutter } from "../src/camera/guidance/shutter";
import { nothingTold, tell } from "../src/camera/guidance/words";
import type { Judgement } from "../src/camera/guidance/judge";
import { face, look, turned } from "./faces";

const person = face(330, 400, 300);
const light = look([]).light!;

describe("who is meant", () => {
  test("the widest, when no other reaches half its width", () => {
    const [small, large] = [face(0, 0, 49.9), face(200, 0, 100)];
    expect(choose([small, large])).toEqual({ person: large, bystanders: [small], twoNear: false });
  });
  test("nobody can say, when another does", () => expect(choose([face(0, 0, 50), face(200, 0, 100)])?.twoNear).toBe(true));
  test("nobody is there", () => expect(choose([])).toBeUndefined());
});

describe("what stands in the way of a good photograph", () => {
  const cases: [Judgement, ReturnType<typeof look>][] = [
    ["good", look([person])],
    ["good", look([person, face(0, 0, 140)])],
    ["nobody", look([])],
    ["dark", look([], { black: 0.9 })],
    ["two-near", look([person, face(0, 0, 150)])],
    ["two-near", look([face(0, 0, 40), face(100, 0, 40)])],
    ["far", look([face(400, 400, 88)])],
    ["good", look([face(400, 400, 92)])],
    ["far", look([face(200, 200, 80)], { width: 480, height: 640 })],
    ["cut", look([face(-10, 400, 300)])],
    ["cut", look([face(330, 1000, 300)])],
    ["turned", look([turned(person, 0.25)])],
    ["turned", look([turned(person, -0.25)])],
    ["good", look([turned(person, 0.05)])],
    ["dark", look([person], { light: { ...light, black: 0.31 } })],
    ["bright", look([person], { light: { ...light, white: 0.16 } })],
    ["blurred", look([person], { light: { ...light, sharpness: 0.019 } })],
    ["blurred", look([person], { light: { ...light, sharpness: undefined } })],
    ["dark", look([person], { light: undefined })],
  ];
  test.each(cases)("%s", (wanted, seen) => expect(judge(seen)).toBe(wanted));
  test("every judgement has a case", () => expect(new Set(cases.map(([wanted]) => wanted))).toEqual(new Set(judgements)));
  test("two near people come before what else is wrong", () => {
    expect(judge(look([turned(person, 0.3), face(0, 0, 200)], { light: { ...light, black: 1 } }))).toBe("two-near");
  });
});

describe("the shutter", () => {
  /** The shutter after looks, each with its time in milliseconds; guidance began at 0. */
  const after = (...looks: [Judgement, number][]): Shutter =>
    looks.reduce((shutter, [judgement, at]) => afterLook(shutter, judgement, at), shutterFrom(0));

  test("is closed at first, and while no look comes", () => {
    expect(opening(shutterFrom(0), 0)).toBeUndefined();
    expect(opening(shutterFrom(0), 60_000)).toBeUndefined();
  });
  test("opens with one good face", () => expect(opening(after(["good", 100]), 100)).toBe("guided"));
  test("stays open for a moment, and no longer", () => {
    const shutter = after(["good", 100], ["blurred", 200]);
    expect(opening(shutter, 800)).toBe("guided");
    expect(opening(shutter, 801)).toBeUndefined();
  });
  test("closes at once when nobody is there, or two are equally near", () => {
    expect(opening(after(["good", 100], ["nobody", 200]), 200)).toBeUndefined();
    expect(opening(after(["good", 100], ["two-near", 200]), 200)).toBeUndefined();
  });
  test("opens by override after five seconds, and not before", () => {
    expect(opening(after(["turned", 4900]), 4999)).toBeUndefined();
    expect(opening(after(["turned", 4900]), 5000)).toBe("override");
    expect(opening(after(["nobody", 5100]), 5100)).toBe("override");
  });
  test("counts the five seconds from the last good look", () => {
    expect(opening(after(["good", 4000], ["far", 8900]), 8999)).toBeUndefined();
    expect(opening(after(["good", 4000], ["far", 8900]), 9000)).toBe("override");
  });
  test("has no override for two near people, however long they stand there", () => {
    expect(opening(after(["two-near", 60_000]), 60_000)).toBeUndefined();
  });
  test("closes when looks stop coming", () => {
    expect(opening(after(["far", 6000]), 9000)).toBe("override");
    expect(opening(after(["far", 6000]), 9001)).toBeUndefined();
  });
});

describe("what a screen reader is told", () => {
  test("what changed, not more often than every second and a half, and in the end what holds", () => {
    const heard: [string, number][] = [];
    let told = nothingTold;
    for (let now = 0; now <= 4000; now += 100) {
      const words = now < 1000 ? (now % 200 === 0 ? "far" : "near") : "good";
      const next = tell(told, words, now);
      if (next !== told) heard.push([next.words, now]);
      told = next;
    }
    expect(heard).toEqual([
      ["far", 0],
      ["good", 1500],
    ]);
  });
});

describe("the outline", () => {
  const kinds = (seen: ReturnType<typeof look>): string[] => shapes(seen, judge(seen)).map(({ kind }) => kind);
  test("says each state by its form", () => {
    expect(kinds(look([]))).toEqual(["place"]);
    expect(kinds(look([person]))).toEqual(["good"]);
    expect(kinds(look([turned(person, 0.3)]))).toEqual(["face"]);
    expect(kinds(look([person, face(0, 0, 200)]))).toEqual(["near", "near"]);
  });
  test("covers bystanders as they will be sent", () => {
    expect(shapes(look([person, face(20, 20, 100)]), "good")[0]).toEqual({
      kind: "masked",
      box: { x: 0, y: 0, width: 150, height: 183 },
    });
  });
});

describe("a burst", () => {
  test("has three frames at least, five at most, and half a second between", () => {
    expect([0, 1, 2].map((taken) => isDue(taken, 2000))).toEqual([true, true, true]);
    expect([isDue(3, 499), isDue(3, 500), isDue(5, 0)]).toEqual([true, false, false]);
  });
  test("its best frame is a good one, then the sharpest", () => {
    const sharp = (sharpness: number) => look([person], { light: { ...light, sharpness } });
    expect(best([sharp(0.03), sharp(0.05), sharp(0.04)])).toBe(1);
    expect(best([look([turned(person, 0.3)], { light: { ...light, sharpness: 0.09 } }), sharp(0.03)])).toBe(1);
    expect(best([look([]), look([])])).toBe(0);
  });
});
