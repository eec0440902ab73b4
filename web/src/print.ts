// A button that prints the page; without a script the browser's own menu does.

export function start(element: HTMLElement): void {
  const button = element.querySelector<HTMLButtonElement>("[data-act=print]");
  if (button === null) return;
  button.hidden = false;
  button.addEventListener("click", () => print());
}
