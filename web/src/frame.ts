// What holds on every page: where the focus goes after a mistake, and whether there is a signal.

/** Moves the focus to the list of problems, so that a screen reader reads it first. */
export function focusOnProblem(): void {
  document.querySelector<HTMLElement>("[data-focus]")?.focus();
}

/** Shows the line that says there is no signal, as long as there is none. */
export function showSignal(): void {
  const line = document.getElementById("offline");
  if (line === null) return;
  const update = (): void => {
    line.hidden = navigator.onLine;
  };
  addEventListener("online", update);
  addEventListener("offline", update);
  update();
}
