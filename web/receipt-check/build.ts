// Builds `overt-receipt-check.html`: script, style and words of the offline check in one file that fetches nothing.
//
// Rules:
// * The same sources give the same bytes, so that anybody can build it and compare its digest with the published one.
// * The script is left readable: whoever hosts the page should be able to read what it does.
// * The page's own policy forbids it every connection; its script and style are allowed by their digests.
// * The words are those of the catalogue. A word that is missing stops the build.

import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { build, type Plugin, type Rollup } from "vite";

const here = import.meta.dirname;
const catalogue = resolve(here, "../../src/overt/service/messages/en.po");
const scriptTexts = "script.receipt.";

export const fileName = "overt-receipt-check.html";

/** Writes the page beside the other files of the build, and prints its digest. */
export function receiptCheck(out: string): Plugin {
  return {
    name: "overt-receipt-check",
    async writeBundle() {
      const page = await makePage();
      writeFileSync(resolve(out, fileName), page);
      console.log(`${createHash("sha256").update(page).digest("hex")}  ${fileName}`);
    },
  };
}

/** The page's text. */
export async function makePage(): Promise<string> {
  const words = readCatalogue(readFileSync(catalogue, "utf-8"));
  const [script, style] = [await bundled(), readFileSync(resolve(here, "style.css"), "utf-8")];
  const texts = [...words].filter(([name]) => name.startsWith(scriptTexts));
  const named = texts.map(([name, said]) => [name.slice("script.".length), said]);
  const data = JSON.stringify(Object.fromEntries(named)).replaceAll("<", "\\u003c");
  const allowed = `script-src '${digest(script)}'; style-src '${digest(style)}'`;
  const policy = `default-src 'none'; ${allowed}; base-uri 'none'; form-action 'none'`;
  const parts: Record<string, string> = { policy, script, style, data };
  const template = readFileSync(resolve(here, "page.html"), "utf-8");
  return template.replace(/\{\{ ([\w.-]+) \}\}/g, (_, name: string) => parts[name] ?? escaped(word(words, name)));
}

/** The script as one piece, for any browser since 2022. */
async function bundled(): Promise<string> {
  const made = (await build({
    configFile: false,
    root: resolve(here, ".."),
    logLevel: "warn",
    build: {
      write: false,
      target: "es2022",
      minify: false,
      lib: { entry: resolve(here, "../src/receipt/offline.ts"), formats: ["iife"], name: "receiptCheck" },
    },
  })) as Rollup.RollupOutput[];
  const code = made[0]?.output[0].code;
  if (code === undefined || /<\/script/i.test(code)) throw new Error("the script cannot stand inside a page");
  return code;
}

/** Texts by name; the catalogue has one line for each. */
function readCatalogue(text: string): Map<string, string> {
  const found = text.matchAll(/^msgid "(.+)"\nmsgstr "(.*)"$/gm);
  return new Map([...found].map(([, name, said]) => [name as string, JSON.parse(`"${said}"`) as string]));
}

function word(words: Map<string, string>, name: string): string {
  const found = words.get(name);
  if (found === undefined) throw new Error(`the catalogue has no ${name}`);
  return found;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

function digest(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
