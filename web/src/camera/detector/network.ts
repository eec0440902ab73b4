// The detector's network (YuNet) in ONNX Runtime, on one thread; the only module that knows the runtime.

import { env, InferenceSession, Tensor } from "onnxruntime-web/wasm";
import type { Pixels } from "../face/light";
import type { Outputs } from "./decode";
import { planes, stepped } from "./input";

export type Network = (pixels: Pixels) => Promise<Outputs>;

/** Loads the network from bytes that were checked. */
export async function network(runtime: Uint8Array<ArrayBuffer>, model: Uint8Array<ArrayBuffer>): Promise<Network> {
  env.wasm.wasmBinary = runtime;
  env.wasm.numThreads = 1;
  env.wasm.proxy = false;
  const session = await InferenceSession.create(model, { executionProviders: ["wasm"] });
  return async (pixels) => {
    const { width, height } = stepped(pixels);
    const outputs = await session.run({ input: new Tensor("float32", planes(pixels), [1, 3, height, width]) });
    return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, data as Float32Array]));
  };
}
