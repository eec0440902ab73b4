"""Whether checks were made only while they were allowed: the pilot's dates, and the documents that have to be public.

Rules (spec/policy.md, "Activation documents"):
* Every check is opened on a day of the pilot of the policy in force.
* The documents that a policy lists were registered before the first check under it, and none has run out at the last.
* The text of each lies beside the log under its digest, with a note over kind, digest and last day, signed by the key
  that the policy names. A placeholder, which only a demonstration may have, is passed over.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from overt_verify import deeds as d
from overt_verify.canonical import JsonValue
from overt_verify.entry import Entry
from overt_verify.errors import Code, VerificationError, shown
from overt_verify.note import VerifierKey, open_note
from overt_verify.power import Change
from overt_verify.tiles import LedgerFolder

Document = Mapping[str, JsonValue]
NOTICE_PERIOD = timedelta(days=28)
HEAD, PLACEHOLDER, UNLIMITED = "overt-activation-document", "placeholder", "none"


@dataclass
class Use:
    """The checks under one policy: where the first was opened, and the first and the last day."""

    index: int
    first: str
    last: str
    last_index: int


class Activation:
    """Takes the entries of one log in order; what they mean is known once the policies' texts are."""

    def __init__(self) -> None:
        self._registered: dict[str, int] = {}
        self._uses: dict[str, Use] = {}

    def take(self, index: int, entry: Entry) -> None:
        """Add the next entry."""
        if entry.deed == d.DOCUMENT:
            self._registered.setdefault(str(entry.fields["document"]), index)
        elif entry.deed == d.OPENED:
            day = entry.hour[:10]
            use = self._uses.setdefault(entry.policy, Use(index, day, day, index))
            use.last, use.last_index = day, index

    def check(self, texts: Mapping[str, Document], changes: Iterable[Change], folder: LedgerFolder) -> None:
        """Hold what was seen against the texts of the policies, by digest, and the documents in the folder.

        Args:
            changes: the entries that made policies public, in their order.

        Raises:
            VerificationError: a check that was not allowed, or a document that is not the registered one.
        """
        for policy, use in self._uses.items():
            document = texts[policy]
            _check_dates(document, use)
            if document.get("demonstration") is not True:
                _check_notice(document, use, [(each, texts[each.digest]) for each in changes if each.index < use.index])
            listed = document.get("activation")
            for item in listed if isinstance(listed, list) else []:
                if isinstance(item, dict) and item.get("digest") != PLACEHOLDER:
                    self._check_document(item, use, folder)

    def _check_document(self, item: Document, use: Use, folder: LedgerFolder) -> None:
        digest, kind = str(item.get("digest")), str(item.get("kind"))
        until = str(item.get("valid_until", UNLIMITED))
        if self._registered.get(digest, use.index) >= use.index:
            raise _fault(
                Code.NOT_ACTIVATED, use.index, f"opens a check before the document {shown(kind)} was registered"
            )
        if until != UNLIMITED and use.last > until:
            raise _fault(Code.NOT_ACTIVATED, use.last_index, f"opens a check after the document {shown(kind)} ran out")
        found = folder.document(digest)
        if found is None or "sha256:" + hashlib.sha256(found[0]).hexdigest() != digest:
            raise VerificationError(
                Code.DOCUMENT_MISMATCH, f"The text of {shown(kind)} is not published, or is another."
            )
        try:
            text = open_note(found[1], VerifierKey.parse(str(item.get("signed_by"))))
        except VerificationError as error:
            message = f"The document {shown(kind)} is not signed as the policy says: {error.message}"
            raise VerificationError(Code.DOCUMENT_MISMATCH, message) from None
        if text != f"{HEAD}\n{kind}\n{digest}\n{until}\n":
            raise VerificationError(Code.DOCUMENT_MISMATCH, f"What was signed is not the document {shown(kind)}.")


def _check_dates(document: Document, use: Use) -> None:
    pilot = document.get("pilot")
    if not isinstance(pilot, dict):
        raise VerificationError(Code.POLICY_TEXT_MISMATCH, "A policy's text has no pilot.")
    starts, ends = str(pilot.get("starts")), str(pilot.get("ends"))
    if use.first < starts:
        raise _fault(Code.PILOT_OVER, use.index, f"opens a check before the pilot starts on {shown(starts)}")
    if use.last > ends:
        raise _fault(Code.PILOT_OVER, use.last_index, f"opens a check after the pilot ended on {shown(ends)}")


def _check_notice(document: Document, use: Use, public: Iterable[tuple[Change, Document]]) -> None:
    """Somebody who reads the log knew the pilot's dates, areas and officer numbers for long enough before the first."""
    days = [change.day for change, earlier in public if _covers(earlier, document)]
    if not days or use.first < (date.fromisoformat(min(days)) + NOTICE_PERIOD).isoformat():
        raise _fault(
            Code.NOT_ACTIVATED,
            use.index,
            f"opens a check before the pilot's dates, areas and numbers were public for {NOTICE_PERIOD.days} days",
        )


def _covers(earlier: Document, document: Document) -> bool:
    (starts, ends, cap, areas), (least, most, limit, known) = _pilot(document), _pilot(earlier)
    return least <= starts and ends <= most and cap <= limit and areas <= known


def _pilot(document: Document) -> tuple[str, str, int, frozenset[str]]:
    """First and last day, officer cap, areas."""
    pilot, codes = document.get("pilot"), document.get("codes")
    areas = codes.get("areas") if isinstance(codes, dict) else None
    cap = pilot.get("officer_cap") if isinstance(pilot, dict) else None
    if not isinstance(pilot, dict) or not isinstance(areas, dict) or not isinstance(cap, int):
        raise VerificationError(Code.POLICY_TEXT_MISMATCH, "A policy's text does not say what its pilot is.")
    return str(pilot.get("starts")), str(pilot.get("ends")), cap, frozenset(areas)


def _fault(code: Code, index: int, what: str) -> VerificationError:
    return VerificationError(code, f"Entry {index} {what}.", index=index)
