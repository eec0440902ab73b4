// The detector in a thread of its own, so that the page answers to fingers while it looks.
//
// Rules:
// * Nothing runs before the model and the runtime have the digests that the build wrote into this file.
// * One picture at a time, closed when it was looked at; nothing of it is kept.

import wasm from "onnxruntime-web/ort-wasm-simd-threaded.wasm?url";
import model from "../../../model/yunet.onnx?url";
import { Altered, checkedFile } from "./checked";
import { lookAt } from "./look";
import type { Asked, Said, Unusable } from "./messages";
import { network, type Network } from "./network";

const say = (said: Said): void => self.postMessage(said);

function why(error: unknown): Unusable {
  if (error instanceof Altered) return "altered";
  return error instanceof TypeError ? "not-loaded" : "cannot-run";
}

async function load(): Promise<Network> {
  const files = Promise.all([checkedFile(wasm, __WASM_SHA256__), checkedFile(model, __MODEL_SHA256__)]);
  const loaded = await files.catch((error: unknown) => {
    say({ kind: "unusable", why: why(error) });
    throw error;
  });
  return network(...loaded).catch((error: unknown) => {
    say({ kind: "unusable", why: "cannot-run" });
    throw error;
  });
}

async function answer(loaded: Network, { number, picture, longest }: Asked): Promise<void> {
  try {
    say({ kind: "seen", number, look: await lookAt(loaded, picture, longest) });
  } catch {
    say({ kind: "failed", number });
  } finally {
    picture.close();
  }
}

load().then(
  (loaded) => {
    let before = Promise.resolve();
    self.onmessage = ({ data }: MessageEvent<Asked>) => {
      before = before.then(() => answer(loaded, data));
    };
    say({ kind: "ready" });
  },
  () => undefined, // said already
);
