import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Detector } from "../src/camera/detector/detector";
import { byEyes, placed, whole } from "../src/compare/align";
import { blink } from "../src/compare/blink";
import { afterMove } from "../src/compare/gestures";
import { forgetProbe, keepProbe, probeOf, whenForgotten } from "../src/compare/probe";
import { moved, mostZoom, seenAt, wholeFrame, zoomed } from "../src/compare/zoom";
import { face } from "./faces";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("the photograph in the phone's memory", () => {
  const minutes = 60_000;
  const kept = (encounter: string) => {
    const picture = { width: 960, height: 1280 } as HTMLCanvasElement;
    const dropped = vi.fn();
    keepProbe({ encounter, picture, faces: [], detector: {} as Detector, dropped });
    return { picture, dropped };
  };

  test("belongs to its check alone", () => {
    kept("one");
    expect(probeOf("one")?.encounter).toBe("one");
    expect(probeOf("other")).toBeUndefined();
  });
  test("is overwritten when it is forgotten", () => {
    const { picture, dropped } = kept("one");
    forgetProbe();
    forgetProbe();
    expect(probeOf("one")).toBeUndefined();
    expect([picture.width, picture.height]).toEqual([1, 1]);
    expect(dropped).toHaveBeenCalledOnce();
  });
  test("is forgotten after five minutes, and the page is told once", () => {
    const { dropped } = kept("one");
    const told = vi.fn();
    whenForgotten(told);
    vi.advanceTimersByTime(5 * minutes - 1);
    expect(probeOf("one")).toBeDefined();
    vi.advanceTimersByTime(1);
    expect(probeOf("one")).toBeUndefined();
    kept("two");
    forgetProbe();
    expect([told, dropped].map(({ mock }) => mock.calls.length)).toEqual([1, 1]);
  });
  test("gives way to another, whose time begins anew", () => {
    const { picture } = kept("one");
    vi.advanceTimersByTime(4 * minutes);
    kept("two");
    expect(picture.width).toBe(1);
    vi.advanceTimersByTime(4 * minutes);
    expect(probeOf("two")).toBeDefined();
    forgetProbe();
  });
});

describe("both pictures lie alike", () => {
  const frame = { width: 150, height: 200 };

  test.each([face(330, 400, 300), face(20, 10, 60)])("with the eyes at one place", (one) => {
    const placing = byEyes(one, frame);
    const [right, left] = [placed(placing, one.landmarks[0]), placed(placing, one.landmarks[1])];
    expect(right.x).toBeCloseTo(52.5);
    expect(left.x).toBeCloseTo(97.5);
    expect(right.y).toBeCloseTo(86);
    expect(left.y).toBeCloseTo(86);
  });
  test("a head that leans is set upright, without a change of its proportions", () => {
    const upright = face(0, 0, 100);
    const [cos, sin] = [Math.cos(0.5), Math.sin(0.5)];
    const leaning = upright.landmarks.map(({ x, y }) => ({ x: x * cos - y * sin, y: x * sin + y * cos }));
    const placing = byEyes({ ...upright, landmarks: leaning as unknown as typeof upright.landmarks }, frame);
    upright.landmarks.forEach((point, number) => {
      const [wanted, found] = [placed(byEyes(upright, frame), point), placed(placing, leaning[number]!)];
      expect(found.x).toBeCloseTo(wanted.x);
      expect(found.y).toBeCloseTo(wanted.y);
    });
  });
  test("a picture without a face is shown whole", () => {
    const placing = whole({ width: 600, height: 600 }, frame);
    expect(placed(placing, { x: 0, y: 0 })).toEqual({ x: 0, y: 25 });
    expect(placed(placing, { x: 600, y: 600 })).toEqual({ x: 150, y: 175 });
  });
});

describe("the part that is seen", () => {
  const frame = { width: 150, height: 200 };

  test("is never smaller than the frame, larger than six times, or outside it", () => {
    expect(zoomed(wholeFrame, 0.5)).toEqual(wholeFrame);
    expect(zoomed(wholeFrame, 100).zoom).toBe(mostZoom);
    expect(moved(wholeFrame, 5, -5)).toEqual(wholeFrame);
    expect(moved(zoomed(wholeFrame, 2), -9, 9)).toEqual({ zoom: 2, x: 0.25, y: 0.75 });
  });
  test("fills the frame", () => {
    const part = { zoom: 2, x: 0.25, y: 0.75 };
    const placing = seenAt(whole(frame, frame), part, frame);
    expect(placed(placing, { x: 0, y: 100 })).toEqual({ x: 0, y: 0 });
    expect(placed(placing, { x: 75, y: 200 })).toEqual({ x: 150, y: 200 });
  });
  test("follows one finger", () => {
    const part = zoomed(wholeFrame, 2);
    const after = afterMove(part, new Map([[1, { x: 75, y: 100 }]]), 1, { x: 60, y: 100 }, frame);
    expect(after).toEqual({ zoom: 2, x: 0.55, y: 0.5 });
  });
  test("grows between two fingers", () => {
    const fingers = new Map([
      [1, { x: 50, y: 100 }],
      [2, { x: 100, y: 100 }],
    ]);
    expect(afterMove(wholeFrame, fingers, 2, { x: 125, y: 100 }, frame).zoom).toBeCloseTo(1.5);
    expect(afterMove(wholeFrame, fingers, 2, { x: 75, y: 100 }, frame)).toEqual(wholeFrame);
  });
});

describe("pictures in turn", () => {
  test("change twice a second, until they are stopped", () => {
    const show = vi.fn();
    const turning = blink(show);
    expect(turning.toggle()).toBe(true);
    vi.advanceTimersByTime(1000);
    expect(show.mock.calls).toEqual([[true], [false]]);
    expect(turning.toggle()).toBe(false);
    vi.advanceTimersByTime(1000);
    expect(show).toHaveBeenCalledTimes(2);
  });
  test("a step stops the clock", () => {
    const show = vi.fn();
    const turning = blink(show);
    turning.toggle();
    turning.step();
    vi.advanceTimersByTime(5000);
    expect(show.mock.calls).toEqual([[true]]);
  });
});
