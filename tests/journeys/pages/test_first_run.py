"""A force's own instance, from its first start: TLS, the first administrator, people, phones, a check, their end."""

import signal
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from overt.store.embedded import EmbeddedPostgres
from overt.store.instance import DATABASE_VARIABLE, open_instance
from overt.store.place import Place, utc_now
from simulators.browser import Phone, Phones
from simulators.commands import in_process
from simulators.force import open_folder
from simulators.launching import Setting, certificate_pin
from simulators.officer import Person
from simulators.portrait import portrait
from simulators.production import create_in_time, register_documents, witness_there
from simulators.serving_tls import NAME, Running, free_port, serving
from simulators.video import person
from simulators.y4m import Film

pytestmark = pytest.mark.slow


@pytest.fixture
def instance(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An instance of a force with nobody in it."""
    monkeypatch.delenv(DATABASE_VARIABLE, raising=False)
    with open_folder() as folder:
        create_in_time(folder / "force", utc_now)
        with EmbeddedPostgres(Place(folder / "force").postgres).running():
            with open_instance(folder / "force") as instance:
                register_documents(instance)
                witness_there(instance)
            yield folder / "force"


@pytest.fixture
def film(photographs: dict[str, bytes]) -> Film:
    return person(portrait(photographs["person-4-other"]))


class Force:
    """The service, and phones that trust its root."""

    def __init__(self, running: Running, phones: Phones) -> None:
        self.running, self.phones = running, phones
        self.address = f"https://{NAME}:{running.port}"
        # Chromium takes a pin of what the server shows; that this leads to the root is tested in `test_serve_tls`.
        self.pin = certificate_pin(ssl.get_server_certificate(("127.0.0.1", running.port)).encode())

    def phone(self, name: str, film: Film | None = None) -> Phone:
        phone = self.phones.open(Setting(address=self.address, film=film, trusted=[self.pin]), name)
        phone.authenticator()
        return phone

    def join(self, phone: Phone, link: str, account: str) -> Person:
        """Make a passkey by a link, and sign in with it."""
        phone.page.goto(link)
        somebody = Person(phone, account)
        somebody.press("Make a passkey")
        phone.page.get_by_text(f"The passkey for {account} is made").wait_for()
        somebody.sign_in()
        return somebody


def link_on(somebody: Person) -> str:
    """The one-time link that is shown."""
    return somebody.page.locator("[data-link]").inner_text()


def adds(giver: Person, account: str, role: str | None) -> str:
    """Add a person, and make the link for their passkey."""
    giver.phone.go("/people/new")
    giver.page.fill("#name", account)
    if role is not None:
        giver.page.get_by_label(role, exact=True).check(force=True)
    for part, value in (("day", "31"), ("month", "12"), ("year", "2099")):
        giver.page.fill(f"#{part}", value)
    giver.keeps(f"adds-{account}")
    giver.press("Save")
    giver.sees(account)
    giver.press("Make a link for a passkey")
    giver.sees("One-time link")
    return link_on(giver)


def test_from_the_first_start_to_the_end_of_a_lost_phone(instance: Path, phones: Phones, film: Film) -> None:
    with serving(instance, "--name", NAME, "--port", "0", "--root-port", str(free_port())) as running:
        force = Force(running, phones)
        first = force.phone("administrator")
        first.page.goto(running.said["first_administrator"])
        administrator = Person(first, "jo.bloggs")
        administrator.keeps("join")
        first.page.fill("#name", "jo.bloggs")
        administrator.press("Make a passkey")
        first.page.get_by_text("The passkey for jo.bloggs is made").wait_for()
        administrator.sign_in()
        administrator.keeps("home")
        cookie = next(each for each in first.context.cookies() if each["name"] == "__Host-overt")
        assert (cookie["secure"], cookie["httpOnly"], cookie["sameSite"]) == (True, True, "Strict")
        assert force.running.said["first_administrator"] not in first.page.content()

        supervisor = force.join(force.phone("supervisor"), adds(administrator, "sgt-4", "Supervisor"), "sgt-4")
        supervisor.keeps("home")
        officer = force.join(force.phone("officer", film), adds(supervisor, "pc-17", None), "pc-17")
        expect(officer.page.locator("main")).to_contain_text("This phone is not enrolled")
        supervisor.phone.go("/phones")
        supervisor.press("Enrol a phone")
        officer.page.goto(link_on(supervisor))
        officer.page.fill("#label", "Phone 12, north")
        officer.keeps("enrol")
        officer.press("Enrol this phone")
        officer.page.get_by_text("This phone is enrolled").wait_for()
        officer.sign_in()
        officer.noticed()
        officer.takes_the_photograph()
        officer.sees("No candidate")

        used = force.phone("second-try")
        used.expect("403")
        used.page.goto(running.said["first_administrator"])
        used.page.fill("#name", "somebody-else")
        Person(used, "").press("Make a passkey")
        expect(used.page.locator("[data-problem]")).to_contain_text("This link does not work")

        supervisor.phone.go("/phones")
        supervisor.page.get_by_role("button", name="Revoke Phone 12, north").click()
        officer.phone.go("/")
        officer.sees("Sign in")
        officer.sign_in()
        expect(officer.page.locator("main")).to_contain_text("This phone is not enrolled")
        supervisor.phone.go("/people/pc-17")
        supervisor.press("Revoke at once")
        officer.phone.go("/")
        officer.sees("Sign in")
        running.process.send_signal(signal.SIGINT)
        assert running.process.wait(60) == 0

    lost = in_process(instance, "administrator", "jo.bloggs", "--json").json["link"]
    assert lost.startswith(f"https://{NAME}:")
    assert "#passkey=" in lost
    assert in_process(instance, "administrator", "nobody", "--json").json["error"]["code"] == "person_unknown"
    deeds = [
        each["deed"] for each in in_process(instance, "ledger", "show", "--count", "1000", "--json").json["entries"]
    ]
    assert deeds.count("officer:passkey:registered") == 3
    assert [deeds.count(f"{each}") for each in ("device:key:enrolled", "device:key:revoked")] == [1, 1]
