// What a check found, in a sentence.

import { text } from "../texts";
import { CannotVerify, type Code, NotVerified } from "./failure";

const named: Partial<Record<Code, string>> = {
  unknown_signer: "receipt.another-key",
  bad_receipt: "receipt.no-receipt",
  file_too_large: "receipt.no-receipt",
};

/** A sentence about what went wrong; a fault of ours is not blamed on the receipt. */
export function failureInWords(error: unknown): string {
  if (error instanceof NotVerified) return text(named[error.code] ?? "receipt.not-verified", { code: error.code });
  if (error instanceof CannotVerify) return text("receipt.cannot-verify");
  return text("receipt.broken");
}
