"""Checks that stand where a form of the pages is due, brought there by an officer over the pages."""

from collections.abc import Callable, Mapping

from overt.identifiers import EncounterId
from simulators.trainee import Trainee


def answered(officer: Trainee) -> EncounterId:
    """The photograph was taken and person 1 is the one candidate; nothing is judged yet."""
    check = officer.noticed()
    assert officer.capture(check).json()["candidates"] == ["A"]
    return check


def revealed(officer: Trainee) -> EncounterId:
    """The comparison is in, and the strength was told."""
    check = answered(officer)
    assert officer.compare(check, {"A": "same"}).url.path.endswith("/result")
    return check


def decided(officer: Trainee) -> EncounterId:
    """The candidate is followed as a lead."""
    check = revealed(officer)
    officer.post(f"{check}/result", decision="follow-lead:A")
    return check


def arrested(officer: Trainee) -> EncounterId:
    """An arrest is entered, and what was relied on is asked for."""
    check = decided(officer)
    officer.post(f"{check}/outcome", outcome="arrested", when="now")
    return check


def happened(officer: Trainee) -> EncounterId:
    """The person was let go; the four questions about them are due."""
    check = decided(officer)
    officer.post(f"{check}/outcome", outcome="let-go", when="now")
    return check


def declined(officer: Trainee) -> EncounterId:
    """The person declined the photograph; what followed is asked for."""
    check = officer.noticed()
    officer.post(f"{check}/end", code="declined-photo")
    return check


DUE: Mapping[str, Callable[[Trainee], EncounterId]] = {
    "notice": Trainee.opened,
    "end": Trainee.noticed,
    "followed": declined,
    "compare/{letter}": answered,
    "result": revealed,
    "outcome": decided,
    "corroboration": arrested,
    "about/{name}": happened,
    "receipt": declined,
    "identity": decided,
    "identity/{by}": decided,
}
"""Where a check has to stand for each of its forms."""


class Standing:
    """A check that stands where a form is due; made anew when a form has moved it."""

    def __init__(self, officer: Trainee, path: str) -> None:
        self._officer = officer
        self._make = DUE.get(path.removeprefix("/{way}/{encounter}/"), Trainee.noticed)
        self._check: EncounterId | None = None
        self._was: object = None

    def __call__(self) -> EncounterId:
        """The check."""
        if self._check is None or self._is(self._check) != self._was:
            self._check = self._make(self._officer)
            self._was = self._is(self._check)
        return self._check

    def _is(self, check: EncounterId) -> object:
        stored = self._officer.force.instance.book.load(check)
        return stored.state, stored.followed, stored.receipt, stored.identity
