// Parts of a page by name: a page says in `data-script` which it has, and they are fetched and started then.
//
// Rules:
// * A part that is heavy is fetched by the page that needs it and by no other.
// * This file knows no part; `page.ts` names them, so that a part may put another page in place of this one.

/** What a part's module offers. */
export interface Part {
  start(element: HTMLElement): void | Promise<void>;
}

const known = new Map<string, () => Promise<Part>>();

/** Names the parts. */
export function name(parts: Record<string, () => Promise<Part>>): void {
  for (const [each, fetched] of Object.entries(parts)) known.set(each, fetched);
}

/** Starts every part that stands in `root`. */
export async function startParts(root: ParentNode): Promise<void> {
  for (const element of root.querySelectorAll<HTMLElement>("[data-script]")) {
    for (const each of (element.dataset["script"] ?? "").split(" ")) {
      const fetched = known.get(each);
      if (fetched !== undefined) await (await fetched()).start(element);
    }
  }
}
