// The notice: read aloud by the browser, and turned round for somebody who stands opposite.

export function start(element: HTMLElement): void {
  const read = element.querySelector<HTMLButtonElement>("[data-act=read]");
  if (read !== null && "speechSynthesis" in window) {
    read.hidden = false;
    read.addEventListener("click", () => readAloud(element));
    addEventListener("pagehide", () => speechSynthesis.cancel());
  }
  const turn = element.querySelector<HTMLButtonElement>("[data-act=turn]");
  if (turn !== null) {
    turn.hidden = false;
    turn.addEventListener("click", () => {
      const turned = element.classList.toggle("overt-notice--turned");
      turn.setAttribute("aria-pressed", String(turned));
    });
  }
}

function readAloud(element: HTMLElement): void {
  speechSynthesis.cancel();
  for (const part of element.querySelectorAll<HTMLElement>("[data-read]")) {
    const words = new SpeechSynthesisUtterance(part.textContent?.trim() ?? "");
    words.lang = document.documentElement.lang;
    words.rate = 0.9;
    speechSynthesis.speak(words);
  }
}
