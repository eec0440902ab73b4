// From a canvas to the bytes of a JPEG file, in memory only.
//
// Rule: no Blob. A browser may move blobs to its disk when there are many; a data address is a text of this page's own.

const quality = 0.92;
const start = "data:image/jpeg;base64,";

/** The JPEG file of a canvas. */
export function jpeg(canvas: HTMLCanvasElement): Uint8Array<ArrayBuffer> {
  return fromDataAddress(canvas.toDataURL("image/jpeg", quality));
}

/** The bytes of a JPEG's data address; an error when the browser wrote something else. */
export function fromDataAddress(address: string): Uint8Array<ArrayBuffer> {
  if (!address.startsWith(start)) throw new Error("this browser writes no JPEG");
  return Uint8Array.from(atob(address.slice(start.length)), (byte) => byte.charCodeAt(0));
}
