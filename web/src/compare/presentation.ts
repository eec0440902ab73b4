// The look for a photographed print or screen: what it said of this photograph, shown above the comparison.
//
// Rules:
// * It flags and never blocks. The server keeps nothing of it, so it lives in this page's memory, like the photograph.
// * It stands on every page of the comparison, and on the page that says there is no candidate.

let said: { encounter: string; warning: string } | undefined;

/** Keeps what was said of a check's photograph; nothing was, when there is no warning. */
export function keepWarning(encounter: string, warning: string | null): void {
  said = warning === null ? undefined : { encounter, warning };
}

/** Puts the warning under the heading of a page of that check's comparison. */
export function showWarning(root: ParentNode, path: string): void {
  if (said === undefined || !path.includes(`/${said.encounter}/compare`)) return;
  const words = document.createElement("strong");
  words.className = "govuk-warning-text__text";
  words.textContent = said.warning;
  const sign = document.createElement("span");
  sign.className = "govuk-warning-text__icon";
  sign.setAttribute("aria-hidden", "true");
  sign.textContent = "!";
  const box = document.createElement("div");
  box.className = "govuk-warning-text";
  box.setAttribute("role", "note");
  box.dataset["part"] = "presentation";
  box.append(sign, words);
  root.querySelector("h1")?.after(box);
}
