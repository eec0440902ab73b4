// Texts of a script, which the server takes from the catalogue and puts beside the page as data.

let known: Record<string, string> | undefined;

/** A text by its name, with `{values}` put in; the name itself when there is no such text. */
export function text(name: string, values: Record<string, string> = {}): string {
  known ??= JSON.parse(document.getElementById("texts")?.textContent ?? "{}") as Record<string, string>;
  const found = known[name] ?? name;
  return found.replace(/\{(\w+)\}/g, (whole, key: string) => values[key] ?? whole);
}
