// The sound of the shutter: made here, no file, no setting. Whoever is photographed hears it.
//
// Limitation: a phone may mute every page; a web page cannot overrule that (docs/claims.md).

const [click, clack] = [0, 0.09];

/** Plays the shutter: two short bursts of noise, such as a curtain that opens and closes. */
export async function playShutter(): Promise<void> {
  const context = new AudioContext();
  await context.resume();
  const end = [click, clack].map((after) => noise(context, context.currentTime + after));
  await Promise.all(end);
  await context.close();
}

function noise(context: AudioContext, at: number): Promise<unknown> {
  const source = new AudioBufferSourceNode(context, { buffer: hiss(context, 0.06) });
  const band = new BiquadFilterNode(context, { type: "bandpass", frequency: 2600, Q: 0.8 });
  source.connect(band).connect(context.destination);
  source.start(at);
  return new Promise((resolve) => (source.onended = resolve));
}

/** Noise that dies away. */
function hiss(context: AudioContext, seconds: number): AudioBuffer {
  const buffer = new AudioBuffer({ length: Math.ceil(seconds * context.sampleRate), sampleRate: context.sampleRate });
  const samples = buffer.getChannelData(0);
  samples.forEach((_, number) => {
    samples[number] = (2 * Math.random() - 1) * Math.exp((-6 * number) / samples.length);
  });
  return buffer;
}
