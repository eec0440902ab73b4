// The phone's own voice.

const longest = 4000;

/** Speaks a sentence in the page's language; done when it is spoken, or when the phone has no voice for it. */
export function speak(sentence: string): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, longest);
    if (!("speechSynthesis" in globalThis)) return;
    const said = new SpeechSynthesisUtterance(sentence);
    said.lang = document.documentElement.lang;
    said.onend = () => resolve();
    speechSynthesis.cancel();
    speechSynthesis.speak(said);
  });
}
