"""What can be wrong with the ledger. If it cannot be written, there is no answer."""

from overt.errors.tree import Fault, Refusal


class LedgerUnavailable(Refusal):
    code = "ledger_unavailable"
    status = 503
    rule = "architecture rule 3"
    message = "The ledger cannot be written, so no answer is given."
    remedy = "Do not rely on this check. Identify the person in another way and tell your administrator."


class LedgerContradiction(LedgerUnavailable):
    code = "ledger_contradiction"
    message = "The database does not hold what the ledger has published, so no answer is given."
    remedy = "Stop using this instance. Tell your administrator and the oversight body, also if a backup was restored."


class JournalBroken(Refusal):
    code = "journal_broken"
    status = 503
    rule = "rules: logs"
    message = "A line of the private journal is not the one that was written."
    remedy = "The database was changed. Keep a copy, and tell the oversight body and the data protection officer."


class KeyChangeInvalid(Refusal):
    code = "key_change_invalid"
    status = 409
    rule = "rules: power to change and to stop"
    message = "The ledger's key is not changed by this."
    remedy = "Begin with a new change, and have everybody sign who has to: docs/operations.md, Keys."


class PolicyReplaced(LedgerUnavailable):
    code = "policy_replaced"
    status = 409
    rule = "rules: power to change and to stop"
    message = "The policy was changed while this was being done, so nothing was done."
    remedy = "Do it again: it will be done under the policy that is in force now."


class WitnessUnreachable(Refusal):
    code = "witness_unreachable"
    status = 502
    rule = "rules: logs"
    message = "A witness gave no answer."
    remedy = "Check the address in the policy and the network. Ordinary checks stop when every witness stays away."


class WitnessRefused(Refusal):
    code = "witness_refused"
    status = 502
    rule = "rules: logs"
    message = "A witness does not cosign the checkpoint."
    remedy = "Ask its operator why. Where it says that entries are gone, stop, and tell the oversight body."


class LedgerFormatError(Fault):
    """Bytes or values that do not have the written form (spec/ledger-entry.md, spec/receipt.md, C2SP)."""

    code = "ledger_format"
    rule = "spec/ledger-entry.md"
    message = "This is not in the written form of the ledger."
    remedy = "Do not rely on it. Keep a copy and tell your administrator."


class LedgerProofInvalid(Fault):
    """Well-formed, but a signature, a proof or a commitment does not check."""

    code = "ledger_proof_invalid"
    rule = "spec/ledger-entry.md"
    message = "The ledger's proof does not check."
    remedy = "Do not rely on it. Keep a copy and tell your administrator and the oversight body."
