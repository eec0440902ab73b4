"""`overt check`: plays the phone for one photograph, in a demonstration instance only.

Rules:
* Every step of a real check is made, with its ledger entry; the comparison is marked `simulated`.
* The simulated phone signs like a real one: server nonce, encounter, shutter (guided), digest of the frame.
* Standard output is one JSON object, refused or not.
"""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from overt.access import Shutter, capture_message
from overt.capture.limits import MAX_BYTES
from overt.cli.output import ANSWERED, REFUSED, as_json, print_json
from overt.encounter import (
    EncounterFile,
    State,
    decision_from_file,
    outcome_from_file,
    read_encounter_file,
    refusal_for_end,
    simulated_comparison,
)
from overt.encounter.reveal_desk import Revealed
from overt.encounter.search_desk import Answered
from overt.errors import DemonstrationOnly, IncompleteEncounter, NoticeNotAllowed, Refusal, UsageError
from overt.identifiers import EncounterId, OfficerId
from overt.quality.assessment import Assessment, NotAssessed
from overt.store.creation import demo_device_id
from overt.store.desks import Desks, desks_of
from overt.store.instance import Instance, open_instance

FILE_ONLY = ("end", "followed", "decision", "outcome", "demographics")
"""Parts of an encounter file that are not coded fields."""
TIMINGS = ("decode", "detect", "embed", "search", "ledger", "total")


def add_to(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(check)


@dataclass(frozen=True, slots=True)
class Played:
    """What came of one played check; exactly one of `refusal` and `answered` is None."""

    encounter: EncounterId | None
    answered: Answered | None = None
    revealed: Revealed | None = None
    refusal: Refusal | None = None


def check(
    context: typer.Context,
    photo: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The photograph: JPEG, PNG or WebP.")],
    encounter: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="The coded fields (TOML).")],
    _as_document: Annotated[bool, typer.Option("--json", help="Print JSON; it always does.")] = True,
) -> int:
    """Make one check with a photograph and the coded fields of an encounter. Demonstration instances only.

    Example: overt --instance demo check photograph.jpg --encounter examples/street-stop.toml
    """
    document = read_toml(encounter)
    with open_instance(context.obj) as instance:
        if not instance.about.demonstration:
            raise DemonstrationOnly()
        played = play(instance, desks_of(instance), _photo_bytes(photo), document)
        print_json(played_json(instance, played))
    return ANSWERED if played.refusal is None else REFUSED


def read_toml(path: Path) -> dict[str, Any]:
    """A TOML file as a document.

    Raises:
        UsageError: it is not readable TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError("The encounter file is not readable TOML.") from error


def play(instance: Instance, desks: Desks, content: bytes, document: Mapping[str, Any]) -> Played:
    """Go through a whole check as the officer of the file would, comparison simulated.

    Raises:
        UsageError: the document is not an encounter file.
    """
    encounter: EncounterId | None = None
    try:
        fields = {name: value for name, value in document.items() if name not in FILE_ONLY}
        actor = _actor(fields)
        opened = desks.check.open(fields, actor, simulated=True, notice_later=False, settle=False)
        encounter = opened.id
        file = read_encounter_file(document)
        _notice(instance, desks, encounter, file)
        answered = _capture(instance, desks, encounter, actor, content)
        comparison = simulated_comparison(instance.policy, answered.encounter)
        desks.reveal.compare(encounter, actor, comparison)
        revealed = desks.reveal.reveal(encounter, actor)
        _afterwards(instance, desks, revealed, file)
    except Refusal as refusal:
        return Played(encounter, refusal=refusal)
    return Played(encounter, answered, revealed)


def _actor(fields: Mapping[str, Any]) -> OfficerId:
    officer = fields.get("officer")
    if not isinstance(officer, str) or not officer:
        raise IncompleteEncounter("Not answered: officer.")
    return OfficerId(officer)


def _photo_bytes(photo: Path) -> bytes:
    """At most one byte more than a photograph may have, so that a huge file is refused without reading it all."""
    try:
        with photo.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageError("The photograph cannot be read from disk.") from error


def _notice(instance: Instance, desks: Desks, encounter: EncounterId, file: EncounterFile) -> None:
    """Record the notice; a check that ends here or was declined is refused, with the last of its entries named."""
    actor = file.fields.officer
    noticed = desks.check.notice(encounter, actor, file.fields.notice or "", settle=False)
    if noticed.state is State.ENDED:
        not_understood = NoticeNotAllowed("The notice was not understood, which ends a check on this ground.")
        raise _recorded(instance, encounter, not_understood)
    if file.end is not None:
        desks.check.end(encounter, actor, file.end)
        if file.followed is not None:
            desks.check.followed(encounter, actor, file.followed)
        desks.reveal.issue(encounter, actor, declined=False)
        raise _recorded(instance, encounter, refusal_for_end(file.end))


def _recorded(instance: Instance, encounter: EncounterId, refusal: Refusal) -> Refusal:
    refusal.recorded_at = instance.book.leaves_of(encounter)[-1][0]
    return refusal


def _capture(instance: Instance, desks: Desks, encounter: EncounterId, actor: OfficerId, content: bytes) -> Answered:
    # A phone speaks to a service that has the gallery loaded; loading it here is not part of the answer's time.
    instance.index.current()
    nonce = desks.check.nonce(encounter, actor, demo_device_id(instance.about.id))
    message = capture_message(nonce.value, encounter, Shutter.GUIDED, [hashlib.sha256(content).digest()])
    r, s = decode_dss_signature(instance.key_folder.demo_device().sign(message, ECDSA(SHA256())))
    signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    return desks.search.capture(encounter, actor, [content], nonce.value, signature, Shutter.GUIDED)


def _afterwards(instance: Instance, desks: Desks, revealed: Revealed, file: EncounterFile) -> None:
    """Decision, outcome, demographics and receipt, as far as the file has them; the rest stays owed."""
    encounter, actor = revealed.encounter.id, file.fields.officer
    if file.decision is None:
        return
    strongest = revealed.candidates[0].reference if revealed.candidates else None
    decision = decision_from_file(instance.policy, file.decision, revealed.encounter, strongest)
    desks.reveal.decide(encounter, actor, decision)
    if file.outcome is None:
        return
    desks.reveal.outcome(encounter, actor, outcome_from_file(file.outcome, instance.clock()))
    if file.demographics is not None:
        desks.reveal.demographics(encounter, actor, file.demographics)
        desks.reveal.issue(encounter, actor, declined=False)


def played_json(instance: Instance, played: Played) -> dict[str, Any]:
    """The document that `overt check` prints (docs/check-output.md)."""
    answered, revealed, refusal = played.answered, played.revealed, played.refusal
    if refusal is not None or answered is None or revealed is None:
        assert refusal is not None
        result = "refused"
    else:
        result = "candidates" if revealed.candidates else "no_candidate"
    return {
        "encounter": str(played.encounter) if played.encounter else None,
        "result": result,
        "refusal": as_json(refusal) if refusal else None,
        "candidates": [
            {
                "reference": one.reference,
                "person": one.names.person if one.names else None,
                "score": one.score,
                "expected_false": one.expected_false,
                "sentence": one.sentence,
                "relatives": one.relatives,
            }
            for one in (revealed.candidates if revealed else ())
        ],
        "sentence": revealed.sentence if revealed else None,
        "warning": revealed.warning if revealed else None,
        "quality": [quality_json(one) for one in (answered.quality if answered else ())],
        "presentation_warning": answered.presentation.warning if answered and answered.presentation else None,
        "template_contract": instance.pipeline.contract.digest,
        "policy": instance.policy.digest,
        "ledger": _ledger_json(instance, answered, refusal),
        "timings_ms": {name: _milliseconds(answered, name) for name in TIMINGS},
        "demonstration": True,
    }


def _milliseconds(answered: Answered | None, name: str) -> float | None:
    """How long a part took; null when the check did not come so far."""
    return round(answered.timings_ms[name], 3) if answered else None


def quality_json(one: Assessment) -> dict[str, Any]:
    """One quality measure: `value` 0 to 100, or null with the reason in `not_assessed`."""
    if isinstance(one.value, NotAssessed):
        return {"measure": one.measure, "value": None, "advice": one.advice, "not_assessed": one.value.reason}
    return {"measure": one.measure, "value": one.value, "advice": one.advice}


def _ledger_json(instance: Instance, answered: Answered | None, refusal: Refusal | None) -> dict[str, Any] | None:
    """Where the answer or the refusal stands in the ledger, and the checkpoint that covers it."""
    if answered is not None:
        return {"index": answered.index, "checkpoint": answered.checkpoint}
    if refusal is None or refusal.recorded_at is None:
        return None
    checkpoint = instance.book.settle(refusal.recorded_at).note.decode()
    return {"index": refusal.recorded_at, "checkpoint": checkpoint}
