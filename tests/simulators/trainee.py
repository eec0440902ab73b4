"""An officer who practises, over the pages and the interface that their phone uses."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
from fastapi.testclient import TestClient

from overt.cli.serve import new_session
from overt.identifiers import EncounterId, OfficerId
from overt.service.app import make_app
from simulators.camera import photograph
from simulators.force import OFFICER, STREET, Force

HOME = "http://localhost"
NOT_STATED = dict.fromkeys(("ethnicity_self", "ethnicity_officer", "sex", "age_band"), "not-stated")


@dataclass
class Trainee:
    """One signed-in person at one way (`practice`, `practice-none`, `practice-alike`; `check` for the real one)."""

    phone: TestClient
    force: Force
    way: str = "practice"

    # --- pages --------------------------------------------------------------------------------------------------

    def get(self, path: str) -> httpx.Response:
        """A page below this way."""
        return self.phone.get(f"/{self.way}/{path}")

    def post(self, path: str, **form: str | list[str]) -> httpx.Response:
        """A form below this way; its redirects are followed."""
        headers = {"content-type": "application/x-www-form-urlencoded"}
        return self.phone.post(f"/{self.way}/{path}", data=form, headers=headers)

    def opened(self, **answers: Any) -> EncounterId:
        """Answer every question and open a check."""
        shown = self.post("new", same="no")
        while (name := shown.url.path.rpartition("/")[2]) not in ("open", "sign-off"):
            assert shown.status_code == 200, shown.text
            shown = self.post(f"new/{name}", **{name: {**STREET, **answers}[name]})
        if name == "sign-off":
            shown = self.get("new/sign-off")
        assert shown.url.path == f"/{self.way}/new/open", shown.text
        return encounter_in(self.post("new/open"))

    def answered(self, **answers: Any) -> httpx.Response:
        """Answer every question and try to open the check; the page that follows."""
        self.answer(**answers)
        return self.post("new/open")

    def answer(self, decides: str = "", **answers: Any) -> None:
        """Answer the questions of a street stop, with changes."""
        self.post("new", same="no", decides=decides)
        for name, value in {**STREET, **answers}.items():
            if name != "officer":
                self.post(f"new/{name}", **{name: value})

    def noticed(self, **answers: Any) -> EncounterId:
        """Open a check and give notice."""
        encounter = self.opened(**answers)
        assert self.post(f"{encounter}/notice", code="given").url.path.endswith("/camera")
        return encounter

    def compare(self, encounter: EncounterId, verdicts: Mapping[str, str], elapsed_ms: int = 9000) -> httpx.Response:
        """Judge every candidate; the page that follows, which is the result when nobody else is waited for."""
        for letter, verdict in verdicts.items():
            judged = {"feature.eyes": "similar", "verdict": verdict, "elapsed_ms": str(elapsed_ms)}
            shown = self.post(f"{encounter}/compare/{letter}", **judged)
        return shown if verdicts else self.post(f"{encounter}/compare")

    def close(self, encounter: EncounterId, receipt: str = "give") -> httpx.Response:
        """Let the person go, answer the questions about them, and give or decline the receipt."""
        self.post(f"{encounter}/outcome", outcome="let-go", when="now")
        for name, code in NOT_STATED.items():
            self.post(f"{encounter}/about/{name}", **{name: code})
        return self.post(f"{encounter}/receipt", choice=receipt)

    def whole(self, photo: bytes | None = None, **answers: Any) -> EncounterId:
        """A whole check, to its last page."""
        encounter = self.noticed(**answers)
        letters = self.capture(encounter, photo).json()["candidates"]
        self.compare(encounter, dict.fromkeys(letters, "cannot-tell"))
        self.post(f"{encounter}/result", decision="cannot-tell" if letters else "no-candidate")
        self.close(encounter)
        assert self.get(str(encounter)).url.path == f"/{self.way}/{encounter}/done"
        return encounter

    # --- what the camera page sends -------------------------------------------------------------------------------

    @property
    def token(self) -> str:
        """Of the session."""
        return self.phone.headers["Authorization"].removeprefix("Bearer ")

    @property
    def api(self) -> str:
        """Where this way's camera page hands in."""
        return "/api/v1/encounters" if self.way == "check" else f"/api/v1/practice/{self.way}"

    def nonce(self, encounter: EncounterId) -> str:
        """A nonce, in hex."""
        issued = self.phone.post(f"{self.api}/{encounter}/nonce")
        assert issued.status_code == 200, issued.text
        return str(issued.json()["nonce"])

    def capture(
        self, encounter: EncounterId, photo: bytes | None = None, nonce: str | None = None, **headers: str
    ) -> httpx.Response:
        """Take a photograph; `nonce`: instead of a fresh one."""
        photo = photograph(1) if photo is None else photo
        nonce = self.nonce(encounter) if nonce is None else nonce
        signature = self.force.sign(bytes.fromhex(nonce), encounter, photo).hex()
        signed = {"Overt-Nonce": nonce, "Overt-Signature": signature, "Overt-Shutter": "guided", **headers}
        return self.phone.post(f"{self.api}/{encounter}/capture", content=photo, headers=signed)

    def sender(self) -> TestClient:
        """The same session in a client that follows no redirect."""
        return TestClient(self.phone.app, HOME, headers=dict(self.phone.headers), follow_redirects=False)

    def elsewhere(self, way: str) -> "Trainee":
        """The same person on another way."""
        return Trainee(self.phone, self.force, way)


@contextmanager
def trainee(force: Force, officer: OfficerId = OFFICER, way: str = "practice") -> Iterator[Trainee]:
    """Somebody who is signed in on the demonstration's phone, at a service of their own."""
    app = make_app(force.instance, force.desks)
    with TestClient(app, HOME, headers={"Authorization": f"Bearer {new_session(force.instance, officer)}"}) as phone:
        yield Trainee(phone, force, way)


@contextmanager
def colleague_of(first: Trainee, officer: OfficerId, way: str | None = None) -> Iterator[Trainee]:
    """Somebody else at the same service."""
    token = new_session(first.force.instance, officer)
    with TestClient(first.phone.app, HOME, headers={"Authorization": f"Bearer {token}"}) as phone:
        yield Trainee(phone, first.force, way or first.way)


def encounter_in(page: httpx.Response) -> EncounterId:
    """The encounter that a page's address names."""
    found = re.search(r"/([0-9a-f-]{36})(/|$)", page.url.path)
    assert found, page.text
    return EncounterId(UUID(found[1]))


def words(page: httpx.Response) -> str:
    """What a page says."""
    main = page.text[page.text.index("<main") : page.text.index("</main")]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())
