// A page that waits for somebody else looks again by itself.

export function start(element: HTMLElement): void {
  const seconds = Number(element.dataset["seconds"] ?? "5");
  setTimeout(() => location.reload(), seconds * 1000);
}
