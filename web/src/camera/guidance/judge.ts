// What is to be said about one look: the first thing that stands in the way of a good photograph, or that none does.
//
// Rules:
// * Whoever follows the guidance gets no advice from the server afterwards: the limits of pose, light, sharpness, room
//   and eyes are those of `src/overt/quality/`, or stricter: a turned head is still compared well up to 45 degrees.
// * Far is more than about 1.5 m. A face is about 14 cm wide, and a phone's main camera (26 mm equivalent) sees 2 m along
//   the picture's longer side from there: a share of 0.07. The longer side, since a 16:9 video cuts the shorter one.
// * Two people equally near come before everything else but an empty picture: nobody can say who is meant.

import { betweenEyes, type Face } from "../face/face";
import type { Light } from "../face/light";
import { choose } from "../face/one-face";
import { poseOf } from "../face/pose";
import type { Look } from "../detector/messages";

export const judgements = ["nobody", "two-near", "far", "cut", "turned", "dark", "bright", "blurred", "good"] as const;
export type Judgement = (typeof judgements)[number];

const leastShare = 0.07;
const leastEyes = 40;
const leastRoom = -0.02;
const most = { yaw: 30, pitch: 25, roll: 30, black: 0.3, white: 0.15 };
const leastSharp = 0.02;
/** Of a picture without a face: so much of it is black that there may be one. */
const night = 0.6;

/** Judges one look. */
export function judge(look: Look): Judgement {
  const chosen = choose(look.faces);
  if (chosen === undefined) return look.black > night ? "dark" : "nobody";
  if (chosen.twoNear) return "two-near";
  return place(chosen.person, look) ?? (turned(chosen.person) ? "turned" : (lit(look.light) ?? "good"));
}

function place(face: Face, { width, height }: Look): Judgement | undefined {
  const { box } = face;
  if (box.width < leastShare * Math.max(width, height) || betweenEyes(face) < leastEyes) return "far";
  const room = Math.min(box.x, box.y, width - box.x - box.width, height - box.y - box.height);
  return room < leastRoom * box.width ? "cut" : undefined;
}

function turned(face: Face): boolean {
  const pose = poseOf(face);
  if (pose === undefined) return true;
  return Math.abs(pose.yaw) > most.yaw || Math.abs(pose.pitch) > most.pitch || Math.abs(pose.roll) > most.roll;
}

function lit(light: Light | undefined): Judgement | undefined {
  if (light === undefined || light.black > most.black) return "dark";
  if (light.white > most.white) return "bright";
  return light.sharpness === undefined || light.sharpness < leastSharp ? "blurred" : undefined;
}
