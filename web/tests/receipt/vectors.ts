// The published vectors, and the spec's table of deeds, as tests read them.

import specification from "../../../spec/ledger-entry.md?raw";
import published from "../../../spec/ledger-entry-vectors.json";

interface Vectors {
  commitments: { opening: string; value: unknown; canonical_base64: string; commitment: string }[];
  entries: { name: string; entry: string; deed: string; hour: string; policy: string; commitments: object }[];
  invalid_entries: { reason: string; base64: string }[];
  receipts: { entry: number; receipt: string }[];
  invalid_receipts: { reason: string; receipt: string }[];
  log: { vkey: string; checkpoint: string; size: number; proof: { index: number; proof: string } };
}

export const vectors = published as unknown as Vectors;

/** Rows of the table of deeds in spec/ledger-entry.md: deed, fields, commitments. */
export function writtenDeeds(): [deed: string, fields: string[], commitments: string[]][] {
  const rows = specification.matchAll(/^\| `([\w-]+:[\w-]+:[\w-]+)` \|(.*)\|(.*)\|$/gm);
  return [...rows].map(([, deed, fields, commitments]) => [deed as string, names(fields), names(commitments)]);
}

function names(cell: string | undefined): string[] {
  const found = [...(cell ?? "").matchAll(/`([a-z_]+)`/g)].map(([, name]) => name as string);
  return found.filter((name) => name !== "yes" && name !== "no").sort();
}
