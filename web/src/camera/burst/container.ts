// A burst on the wire: spec/capture-burst.md, format 1.

export const burstType = "application/vnd.overt.burst";
export const mostFrames = 5;

/** The frames one after another, each with its length before it: 4 bytes, big-endian. */
export function burst(frames: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  if (frames.length < 1 || frames.length > mostFrames || frames.some((frame) => frame.length === 0)) {
    throw new RangeError("a burst has 1 to 5 frames, none of them empty");
  }
  const bytes = new Uint8Array(frames.reduce((sum, frame) => sum + 4 + frame.length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const frame of frames) {
    view.setUint32(at, frame.length);
    bytes.set(frame, at + 4);
    at += 4 + frame.length;
  }
  return bytes;
}
