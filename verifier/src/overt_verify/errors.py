"""The one exception of this package, its closed list of codes, and what each code means.

Rules:
* Whatever a ledger, a receipt or a key file contains, reading it ends in a result or in `VerificationError`: no other
  exception is part of the interface.
* Codes are stable: scripts and letters of complaint may quote them. A new way to fail is a new code.
* A message says what was found and where; the meaning says what follows from it and what to do. A message quotes
  hostile text only through `shown`.
"""

from enum import StrEnum
from types import MappingProxyType


class Code(StrEnum):
    """Every way in which a verification can fail."""

    UNREADABLE_FILE = "unreadable_file"
    FILE_TOO_LARGE = "file_too_large"
    SYMLINK_REFUSED = "symlink_refused"
    BAD_KEY = "bad_key"
    BAD_NOTE = "bad_note"
    BAD_CHECKPOINT = "bad_checkpoint"
    UNKNOWN_SIGNER = "unknown_signer"
    BAD_SIGNATURE = "bad_signature"
    WRONG_ORIGIN = "wrong_origin"
    NOTHING_TO_VERIFY = "nothing_to_verify"

    MISSING_TILE = "missing_tile"
    BAD_TILE = "bad_tile"
    TILE_MISMATCH = "tile_mismatch"
    PARTIAL_MISMATCH = "partial_mismatch"
    ROOT_MISMATCH = "root_mismatch"

    TRUNCATED = "truncated"
    CHECKPOINT_REPLAYED = "checkpoint_replayed"
    FORKED = "forked"
    SPLIT_VIEW = "split_view"
    KEY_CHANGE = "key_change"
    NOT_COMPARABLE = "not_comparable"
    NOT_CHAINED = "not_chained"

    ENTRY_NOT_CANONICAL = "entry_not_canonical"
    ENTRY_VERSION = "entry_version"
    ENTRY_MEMBERS = "entry_members"
    ENTRY_DEED = "entry_deed"
    ENTRY_VALUE = "entry_value"
    ENTRY_TELLS_TOO_MUCH = "entry_tells_too_much"

    NOT_CREATED_FIRST = "not_created_first"
    CREATED_TWICE = "created_twice"
    HOUR_WENT_BACK = "hour_went_back"
    HOUR_TOLD = "hour_told"
    DAY_ORDER = "day_order"
    NOT_PADDED = "not_padded"
    COUNTS_DIFFER = "counts_differ"
    POLICY_NOT_ADOPTED = "policy_not_adopted"
    POLICY_SUPERSEDED = "policy_superseded"
    POLICY_CHANGE = "policy_change"
    POLICY_NOT_PUBLISHED = "policy_not_published"
    POLICY_TEXT_MISMATCH = "policy_text_mismatch"
    POLICY_NOT_SIGNED = "policy_not_signed"
    LOOSENING_NOT_ANNOUNCED = "loosening_not_announced"
    LOOSENING_TOO_EARLY = "loosening_too_early"
    NOT_ACTIVATED = "not_activated"
    DOCUMENT_MISMATCH = "document_mismatch"
    PILOT_OVER = "pilot_over"
    CAP_PASSED = "cap_passed"
    THRESHOLD_MOVED = "threshold_moved"
    EFFECT_MISSING = "effect_missing"
    EFFECT_MISMATCH = "effect_mismatch"
    REPORT_MISMATCH = "report_mismatch"
    MODEL_NOT_IN_POLICY = "model_not_in_policy"
    SUSPENSION_ORDER = "suspension_order"
    SUSPENSION_IGNORED = "suspension_ignored"
    BUILD_NOT_PUBLISHED = "build_not_published"
    SEARCH_REPEATED = "search_repeated"
    ONCE_TAG_REPEATED = "once_tag_repeated"
    SEARCH_WITHOUT_CHECK = "search_without_check"
    SEARCH_WITHOUT_NOTICE = "search_without_notice"
    DEED_OUT_OF_ORDER = "deed_out_of_order"

    BAD_INDEX = "bad_index"
    BAD_PROOF = "bad_proof"
    PROOF_MISMATCH = "proof_mismatch"
    BAD_RECEIPT = "bad_receipt"
    COMMITMENT_MISMATCH = "commitment_mismatch"
    FRONT_MISMATCH = "front_mismatch"
    RECEIPT_KEY_NOT_TRUSTED = "receipt_key_not_trusted"

    BAD_REQUEST = "bad_request"
    UNKNOWN_ORIGIN = "unknown_origin"
    OLD_SIZE_CONFLICT = "old_size_conflict"
    CONSISTENCY_MISMATCH = "consistency_mismatch"
    UNREACHABLE = "unreachable"
    WITNESS_LAG = "witness_lag"
    BAD_WITNESS = "bad_witness"
    CLOCK_WENT_BACK = "clock_went_back"


_SIGNED_FAULT = (
    "The ledger's own key signed this, so the instance answers for it, not the copy. "
    "Keep the folder and ask for an explanation."
)
_COPY_FAULT = (
    "The copy is damaged or was changed after signing. Fetch it again from another place; if it stays so, report it."
)

MEANINGS: MappingProxyType[Code, str] = MappingProxyType(
    {
        Code.UNREADABLE_FILE: "Nothing was verified. Check the path and the permissions.",
        Code.FILE_TOO_LARGE: "No honest file of this kind is so large. Nothing was verified; fetch it again.",
        Code.SYMLINK_REFUSED: "A published ledger holds plain files and folders only. Fetch a copy without links.",
        Code.BAD_KEY: (
            "Without a key nothing can be verified. "
            "Use the verifier key that the force and its oversight body published."
        ),
        Code.BAD_NOTE: "The file is not a signed note. " + _COPY_FAULT,
        Code.BAD_CHECKPOINT: "The signed text is not a checkpoint of a log. Fetch it again; if it stays so, report it.",
        Code.UNKNOWN_SIGNER: (
            "Somebody else signed this, or the key was exchanged. "
            "Compare the key with the published one; do not trust this copy."
        ),
        Code.BAD_SIGNATURE: "The text was changed after signing, or the signature is false. Do not trust this copy.",
        Code.WRONG_ORIGIN: (
            "The checkpoint is about another log than the key. Check that folder and key belong together."
        ),
        Code.NOTHING_TO_VERIFY: "An empty check is a failure: nothing was verified.",
        Code.MISSING_TILE: (
            "The log does not show all that it signed. Fetch it again; if it stays so, entries are being withheld."
        ),
        Code.BAD_TILE: _COPY_FAULT,
        Code.TILE_MISMATCH: "Entries and hash tiles tell different stories. " + _COPY_FAULT,
        Code.PARTIAL_MISMATCH: (
            "The same part of the log exists in two versions: an earlier copy may have been rewritten. Keep both files."
        ),
        Code.ROOT_MISMATCH: "These entries are not the ones that were signed. " + _COPY_FAULT,
        Code.TRUNCATED: "Entries that were once signed are gone. Keep your earlier checkpoint: it is the evidence.",
        Code.CHECKPOINT_REPLAYED: (
            "An old checkpoint is handed out and hides newer entries. Ask for the newest; keep both as evidence."
        ),
        Code.FORKED: (
            "History was rewritten since your earlier checkpoint. Keep both signed checkpoints: together they prove it."
        ),
        Code.SPLIT_VIEW: (
            "The log signed two histories and shows different ones to different people. "
            "Keep both checkpoints: they prove it."
        ),
        Code.KEY_CHANGE: (
            "The key that signs now was not put in the place of the one that you trust as it has to be. "
            "Do not trust this copy; ask the oversight body."
        ),
        Code.NOT_CHAINED: (
            "This is another log than the one you kept a checkpoint of, and it does not say that it continues it. "
            "Ask where the earlier log went: keep both checkpoints."
        ),
        Code.NOT_COMPARABLE: (
            "This alone proves neither agreement nor fraud. Give the log folder of the larger checkpoint."
        ),
        Code.ENTRY_NOT_CANONICAL: _SIGNED_FAULT,
        Code.ENTRY_VERSION: "This verifier knows format 1 only. If a newer format was published, get a newer verifier.",
        Code.ENTRY_MEMBERS: "The entry says more or less than its format allows. " + _SIGNED_FAULT,
        Code.ENTRY_DEED: "The deed is not in the closed list of the format. " + _SIGNED_FAULT,
        Code.ENTRY_VALUE: _SIGNED_FAULT,
        Code.ENTRY_TELLS_TOO_MUCH: (
            "A bystander could learn the result of a check from this. Tell the oversight body at once."
        ),
        Code.NOT_CREATED_FIRST: "A log begins with its own creation; its beginning may be missing. " + _SIGNED_FAULT,
        Code.CREATED_TWICE: "A log is created once; two histories may have been joined. " + _SIGNED_FAULT,
        Code.HOUR_WENT_BACK: "A deed was written down with an earlier time than the one before it. " + _SIGNED_FAULT,
        Code.HOUR_TOLD: "An entry tells an hour that a bystander could learn from. " + _SIGNED_FAULT,
        Code.DAY_ORDER: "The days of the log are not closed one by one: entries came late, or a day was left open. "
        + _SIGNED_FAULT,
        Code.NOT_PADDED: "The number of follow-ups shows, and with it what became of a check. " + _SIGNED_FAULT,
        Code.COUNTS_DIFFER: "The force publishes other numbers than its own record gives. " + _SIGNED_FAULT,
        Code.NOT_ACTIVATED: "Checks were made before the documents that allow them were public, or after they ran out. "
        + _SIGNED_FAULT,
        Code.DOCUMENT_MISMATCH: "A document that allows the checks is not the one that was registered and signed. "
        + _COPY_FAULT,
        Code.PILOT_OVER: "Checks were made outside the dates that the rules of the day allow. " + _SIGNED_FAULT,
        Code.CAP_PASSED: "More people were given the use of it than the rules allow. " + _SIGNED_FAULT,
        Code.THRESHOLD_MOVED: "How alike a candidate has to be was changed without a change of the rules. "
        + _SIGNED_FAULT,
        Code.EFFECT_MISSING: "The rules were changed, and nobody signed what that does to the errors. " + _SIGNED_FAULT,
        Code.EFFECT_MISMATCH: "What a change of the rules was said to do to the errors is not what comes out. "
        + _COPY_FAULT,
        Code.REPORT_MISMATCH: "How often the model errs, and for whom, cannot be read as the rules name it. "
        + _COPY_FAULT,
        Code.MODEL_NOT_IN_POLICY: "Faces were compared with another model than the rules name. " + _SIGNED_FAULT,
        Code.POLICY_NOT_ADOPTED: "Something was done under rules that were never published. " + _SIGNED_FAULT,
        Code.POLICY_SUPERSEDED: "Something was done under rules that were no longer in force. " + _SIGNED_FAULT,
        Code.POLICY_CHANGE: "The change of the rules is not what the log calls it. " + _SIGNED_FAULT,
        Code.POLICY_NOT_PUBLISHED: (
            "Nobody outside can read the rules that were in force. Fetch the log again; if it stays so, report it."
        ),
        Code.POLICY_TEXT_MISMATCH: "The published rules are not those of the entry. " + _COPY_FAULT,
        Code.POLICY_NOT_SIGNED: (
            "The rules were changed without those who have to agree. Tell the oversight body at once."
        ),
        Code.LOOSENING_NOT_ANNOUNCED: "Looser rules came into force without public notice. " + _SIGNED_FAULT,
        Code.LOOSENING_TOO_EARLY: "Looser rules came into force before the announced day. " + _SIGNED_FAULT,
        Code.SUSPENSION_ORDER: "A suspension was ordered twice, or lifted without being there. " + _SIGNED_FAULT,
        Code.SUSPENSION_IGNORED: (
            "Checks went on that the oversight body had suspended. Tell the oversight body at once."
        ),
        Code.BUILD_NOT_PUBLISHED: (
            "A program wrote this that is not among those you named. Ask the force which one, and have it examined."
        ),
        Code.SEARCH_REPEATED: "One check was used for more than one search, which no policy allows. " + _SIGNED_FAULT,
        Code.ONCE_TAG_REPEATED: "A deed that may happen once in a check happened twice. " + _SIGNED_FAULT,
        Code.SEARCH_WITHOUT_CHECK: "At least one face was searched without an opened check. " + _SIGNED_FAULT,
        Code.SEARCH_WITHOUT_NOTICE: "At least one face was searched before the notice was recorded. " + _SIGNED_FAULT,
        Code.DEED_OUT_OF_ORDER: "A step was recorded that the steps before it do not allow. " + _SIGNED_FAULT,
        Code.BAD_INDEX: "Indexes count from 0 to one less than the size of the log.",
        Code.BAD_PROOF: (
            "The proof is not in the form of C2SP tlog-proof. Ask for the receipt again; if it stays so, complain."
        ),
        Code.PROOF_MISMATCH: "The entry is not in the log that the checkpoint stands for. Keep the file and complain.",
        Code.BAD_RECEIPT: "The file is not a receipt of format 1. Ask for it again; if it stays so, complain.",
        Code.COMMITMENT_MISMATCH: (
            "The receipt says something else than what the ledger was bound to. Keep it and complain."
        ),
        Code.FRONT_MISMATCH: "The outside of the receipt does not belong to its inside. Keep it and complain.",
        Code.RECEIPT_KEY_NOT_TRUSTED: (
            "A receipt's own key proves nothing about who signed it. Give the published key with --key."
        ),
        Code.BAD_REQUEST: "The request is not in the form of C2SP tlog-witness. Nothing was cosigned.",
        Code.UNKNOWN_ORIGIN: "This witness does not follow such a log. Its operator decides which logs it follows.",
        Code.OLD_SIZE_CONFLICT: "The witness knows another size of the log. Prove from the size that it names.",
        Code.CONSISTENCY_MISMATCH: (
            "It was not shown that the log only grew. Nothing was cosigned; if a right proof cannot be had, "
            "history was rewritten."
        ),
        Code.UNREACHABLE: "Nothing was fetched, so nothing was verified. Check the address and the network.",
        Code.WITNESS_LAG: (
            "For too long nobody has shown this witness that the log only grew. Ask the force why, and say so publicly."
        ),
        Code.BAD_WITNESS: "The witness's own folder is not in order. Nothing is cosigned until it is put right.",
        Code.CLOCK_WENT_BACK: "A cosignature must not be dated before the last one. Set the clock of this machine.",
    }
)


def shown(value: str | bytes, limit: int = 80) -> str:
    """Hostile text made safe for a terminal: ASCII with escapes, at most `limit` characters."""
    text = ascii(value[:limit])
    return text if len(text) <= limit + 3 else text[:limit] + "..."


class VerificationError(Exception):
    """Something does not verify.

    Args:
        code: which of the closed list.
        message: one plain sentence about this case.
        index: index of the entry concerned, where there is one.
    """

    def __init__(self, code: Code, message: str, *, index: int | None = None) -> None:
        self.code = code
        self.message = message
        self.index = index
        super().__init__(message)

    @property
    def meaning(self) -> str:
        """What follows from it and what to do."""
        return MEANINGS[self.code]
