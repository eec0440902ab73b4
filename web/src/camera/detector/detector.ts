// The page's end of the detector: pictures in, looks out.

import type { Asked, Look, Said, Unusable } from "./messages";

export interface Detector {
  /** Looks at a picture, which is handed over and closed. An error when the look failed. */
  look(picture: ImageBitmap, longest: number): Promise<Look>;
  /** Ends the worker; looks under way fail. */
  close(): void;
}

/** There is no detector, and so no camera. */
export class NoDetector extends Error {
  constructor(readonly why: Unusable) {
    super(why);
  }
}

/** The side to which a picture is shrunk for guiding: a face 1.5 m away is 18 pixels wide then; from 10 on they are found. */
export const quickly = 256;

/** The side for the frames that are sent: the same as on the server, so that both see the same people. */
export const thoroughly = 640;

interface Waiting {
  resolve(look: Look): void;
  reject(error: Error): void;
}

/** Starts the detector; `NoDetector` when its files are not what the build says, or cannot run. */
export function openDetector(): Promise<Detector> {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "detector" });
  const waiting = new Map<number, Waiting>();
  let number = 0;

  const close = (): void => {
    worker.terminate();
    for (const { reject } of waiting.values()) reject(new Error("the detector was closed"));
    waiting.clear();
  };
  const look = (picture: ImageBitmap, longest: number): Promise<Look> =>
    new Promise((resolve, reject) => {
      waiting.set(++number, { resolve, reject });
      worker.postMessage({ number, picture, longest } satisfies Asked, [picture]);
    });

  return new Promise((resolve, reject) => {
    const unusable = (why: Unusable): void => {
      close();
      reject(new NoDetector(why));
    };
    worker.onerror = () => unusable("cannot-run");
    worker.onmessage = ({ data }: MessageEvent<Said>) => {
      if (data.kind === "ready") resolve({ look, close });
      else if (data.kind === "unusable") unusable(data.why);
      else settle(waiting, data);
    };
  });
}

function settle(waiting: Map<number, Waiting>, said: Extract<Said, { number: number }>): void {
  const asked = waiting.get(said.number);
  waiting.delete(said.number);
  if (said.kind === "seen") asked?.resolve(said.look);
  else asked?.reject(new Error("the detector failed on a picture"));
}
