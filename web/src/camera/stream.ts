// The phone's camera: the rear one first, without zoom, at a size that is good for a face.
//
// Rules:
// * Only a live camera: there is no file input, no paste and no drop anywhere on the page.
// * Zoom is 1, or the least that the camera has; nothing here can raise it.
// * `stop` ends every track; the page calls it when it is left or hidden.

/** A cropped or enlarged picture is zoom by another name. */
const uncropped: object = { resizeMode: "none" };
const size = { width: { ideal: 1280 }, height: { ideal: 960 } };

/** Members that not every browser's types or cameras have. */
interface Zoomed {
  readonly zoom?: { readonly min: number; readonly max: number };
  readonly torch?: boolean;
}

export interface Camera {
  readonly device: string;
  /** Switches the lamp; nothing when the camera has none. */
  readonly torch: ((on: boolean) => Promise<void>) | undefined;
  stop(): void;
}

/** What is asked of the browser. `device` is one camera; without it the one that looks away from the screen. */
export function constraints(device?: string): MediaStreamConstraints {
  const which = device === undefined ? { facingMode: { ideal: "environment" } } : { deviceId: { exact: device } };
  return { audio: false, video: { ...which, ...size, ...uncropped } };
}

/** The zoom to set; nothing when the camera cannot zoom. */
export function noZoom({ zoom }: Zoomed): number | undefined {
  return zoom === undefined ? undefined : Math.min(Math.max(1, zoom.min), zoom.max);
}

/**
 * Opens a camera and shows it; the browser's own error when there is none, or when it may not be used.
 * `ended`: the phone took the camera away.
 */
export async function openCamera(video: HTMLVideoElement, ended: () => void, device?: string): Promise<Camera> {
  const stream = await navigator.mediaDevices.getUserMedia(constraints(device));
  const stop = (): void => {
    stream.getTracks().forEach((track) => track.stop());
    if (video.srcObject === stream) video.srcObject = null;
  };
  try {
    const track = stream.getVideoTracks()[0] as MediaStreamTrack;
    track.addEventListener("ended", ended);
    const can = track.getCapabilities?.() as Zoomed | undefined;
    const zoom = noZoom(can ?? {});
    if (zoom !== undefined) await set(track, { zoom });
    video.srcObject = stream;
    await video.play();
    const torch = can?.torch === true ? (on: boolean) => set(track, { torch: on }) : undefined;
    return { device: track.getSettings().deviceId ?? "", torch, stop };
  } catch (error) {
    stop();
    throw error;
  }
}

/** The camera after this one; nothing when there is no other. */
export async function otherCamera(device: string): Promise<string | undefined> {
  const cameras = (await navigator.mediaDevices.enumerateDevices()).filter(({ kind }) => kind === "videoinput");
  return after(cameras.map(({ deviceId }) => deviceId), device);
}

/** The next of a round; nothing when it is alone. */
export function after(all: readonly string[], one: string): string | undefined {
  return all.length < 2 ? undefined : all[(all.indexOf(one) + 1) % all.length];
}

async function set(track: MediaStreamTrack, values: { zoom: number } | { torch: boolean }): Promise<void> {
  await track.applyConstraints({ advanced: [values as MediaTrackConstraintSet] });
}
