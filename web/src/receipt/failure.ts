// Every way in which a receipt can fail here, under the codes that `overt-verify` uses; and what is no failure of it.

export type Code =
  | "file_too_large"
  | "bad_key"
  | "bad_note"
  | "bad_checkpoint"
  | "unknown_signer"
  | "bad_signature"
  | "wrong_origin"
  | "entry_not_canonical"
  | "entry_version"
  | "entry_members"
  | "entry_deed"
  | "entry_value"
  | "entry_tells_too_much"
  | "bad_proof"
  | "proof_mismatch"
  | "bad_receipt"
  | "commitment_mismatch"
  | "front_mismatch";

/** Something does not verify, and the whole receipt is worthless. */
export class NotVerified extends Error {
  constructor(
    readonly code: Code,
    reason: string,
  ) {
    super(`${code}: ${reason}`);
  }
}

/** This browser cannot check Ed25519 signatures: nothing was found out about the receipt. */
export class CannotVerify extends Error {}
