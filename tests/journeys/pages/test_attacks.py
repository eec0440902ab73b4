"""What only a browser shows: other sites' forms, scripts, pictures, frames, windows; texts that would run; the content
security policy on every page of a check; and what a phone's disk holds afterwards.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, Response

from overt.access import Role
from overt.encounter import State
from overt.identifiers import EncounterId
from simulators.browser import Phone, Phones
from simulators.elsewhere import another_site
from simulators.force import OFFICER, Force, open_folder
from simulators.hostile import SCRIPT, hostile_force
from simulators.launching import Setting
from simulators.serving import session_cookie
from simulators.signed_in import hired
from simulators.standing import answered
from simulators.trainee import Trainee, trainee

pytestmark = pytest.mark.slow

ELSEWHERE = "elsewhere.example"
VIOLATIONS = """
window.violations = [];
addEventListener('securitypolicyviolation', event => window.violations.push(event.violatedDirective));
"""


@pytest.fixture(scope="module")
def force() -> Iterator[Force]:
    """A force whose every stored text would like to run."""
    with open_folder() as folder, hostile_force(folder) as made:
        hired(made, "colleague", Role.OFFICER)
        yield made


@pytest.fixture
def officer(force: Force) -> Iterator[Trainee]:
    """The same officer by another client, for what a camera would send; in the phone's own session."""
    with trainee(force, way="check") as somebody:
        yield somebody


@dataclass
class Victim:
    """An officer's phone with an open check, whose candidates it may look at."""

    phone: Phone
    force: Force
    check: EncounterId

    @property
    def state(self) -> State:
        return self.force.instance.book.load(self.check).state

    @property
    def looks(self) -> int:
        return self.force.instance.viewing.looks(self.check)


@pytest.fixture
def victim(phones: Phones, force: Force, address: str, officer: Trainee) -> Victim:
    return Victim(signed_in(phones, force, address, officer), force, answered(officer))


def signed_in(phones: Phones, force: Force, address: str, officer: Trainee) -> Phone:
    """A phone in the officer's session."""
    phone = phones.open(Setting(address=address, beside=(ELSEWHERE,)))
    cookie = {**session_cookie(force, address, OFFICER), "value": officer.token}
    cookie |= {"url": address, "httpOnly": True, "sameSite": "Strict"}  # type: ignore[dict-item]  # as the driver wants it
    phone.context.add_cookies([cookie])  # type: ignore[list-item]
    phone.page.add_init_script(VIOLATIONS)
    phone.go("/")
    assert phone.page.locator(".overt-header__who").inner_text() == OFFICER
    return phone


# --- other sites ----------------------------------------------------------------------------------------------------


@pytest.fixture(params=["localhost", ELSEWHERE], ids=["a neighbour", "a stranger"])
def host(request: pytest.FixtureRequest) -> str:
    """Another port of this very host, where even a strict cookie goes along; or another host."""
    return str(request.param)


def visits(victim: Victim, host: str, page: str) -> Page:
    """Open a page of another site in the phone, and wait for what it does."""
    victim.phone.expect(rf"^console: |^asked another address: http://{host}|/check/")
    with another_site({"/": page}) as port:
        victim.phone.page.goto(f"http://{host}:{port}/")
        victim.phone.page.wait_for_function("document.title === 'done'", timeout=10_000)
    return victim.phone.page


def attacks(script: str) -> str:
    return f"<!doctype html><title>attacks</title><body><script>(async () => {{{script}}})()</script>"


def test_a_form_of_another_site_changes_nothing(victim: Victim, host: str, address: str) -> None:
    fields = "<input name=code value=mistake>"
    form = f'<form method=post action="{address}/check/{victim.check}/end">{fields}</form>'
    victim.phone.expect("403|^asked another address|^console")
    with another_site({"/": f"<!doctype html>{form}<script>document.forms[0].submit()</script>"}) as port:
        victim.phone.page.goto(f"http://{host}:{port}/", wait_until="commit")
        victim.phone.page.get_by_text("cross_site").wait_for()
    assert victim.state is State.ANSWERED


def test_a_script_of_another_site_changes_nothing_and_reads_nothing(victim: Victim, host: str, address: str) -> None:
    script = f"""
    const form = new URLSearchParams({{code: 'mistake'}});
    const read = [];
    for (const mode of ['no-cors', 'cors'])
      for (const credentials of ['include', 'omit'])
        for (const [path, method, body] of [
          ['/check/{victim.check}/end', 'POST', form],
          ['/api/v1/encounters/{victim.check}/end', 'POST', '{{"code":"mistake"}}'],
          ['/check/{victim.check}/candidates/A.jpg', 'GET', undefined],
          ['/check/{victim.check}/compare/A', 'GET', undefined],
          ['/api/v1/encounters/{victim.check}', 'GET', undefined],
          ['/api/v1/session', 'DELETE', undefined],
        ])
          try {{
            const answer = await fetch('{address}' + path, {{method, body, mode, credentials}});
            read.push(answer.type, answer.status, (await answer.text()).length);
          }} catch (error) {{ read.push(error.name); }}
    window.read = read;
    document.title = 'done';"""
    page = visits(victim, host, attacks(script))
    read = page.evaluate("window.read")
    assert {each for each in read if isinstance(each, str)} <= {"opaque", "TypeError"}
    assert {each for each in read if isinstance(each, int)} <= {0}
    assert victim.state is State.ANSWERED
    assert victim.looks == 0
    victim.phone.go("/me")
    assert victim.phone.page.locator(".overt-header__who").inner_text() == OFFICER, "nobody signed the officer out"


def test_no_picture_script_or_frame_of_ours_is_in_another_sites_page(victim: Victim, host: str, address: str) -> None:
    built = re.search(r'src="(/static/page-[\w-]+\.js)"', victim.phone.page.content())
    assert built is not None
    script = f"""
    const tried = [];
    const add = (tag, at) => new Promise(resolve => {{
      const element = document.createElement(tag);
      element.onload = () => resolve('loaded');
      element.onerror = () => resolve('refused');
      setTimeout(() => resolve('nothing'), 2000);
      element[tag === 'object' ? 'data' : 'src'] = at;
      document.body.append(element);
    }});
    tried.push(await add('img', '{address}/check/{victim.check}/candidates/A.jpg'));
    tried.push(await add('script', '{address}{built[1]}'));
    const frames = [];
    for (const path of ['/', '/check/{victim.check}/compare/A', '/receipt'])
      for (const tag of ['iframe', 'object']) {{
        await add(tag, '{address}' + path);
      }}
    for (const frame of [...frames, ...document.querySelectorAll('iframe, object')]) {{
      try {{ tried.push(frame.contentDocument === null ? 'closed' : frame.contentDocument.body.innerText); }}
      catch (error) {{ tried.push('closed'); }}
    }}
    window.tried = tried;
    document.title = 'done';"""
    page = visits(victim, host, attacks(script))
    tried = page.evaluate("window.tried")
    assert tried[:2] == ["refused", "refused"]
    assert set(tried[2:]) <= {"closed", ""}, "nothing of ours is in it"
    for frame in page.frames[1:]:
        assert "Overt" not in frame.content(), frame.url
    assert victim.looks == 0


def test_a_window_that_another_site_opens_does_not_know_it(victim: Victim, host: str, address: str) -> None:
    script = f"""
    window.opened = open('{address}/check/{victim.check}/compare/A');
    await new Promise(resolve => setTimeout(resolve, 1500));
    let said = '';
    try {{ said = String(window.opened.closed) + String(window.opened.length); }} catch (error) {{ said = error.name; }}
    try {{ window.opened.location = 'about:blank'; }} catch (error) {{}}
    window.said = said;
    document.title = 'done';"""
    with victim.phone.context.expect_page() as opening:
        page = visits(victim, host, attacks(script))
    ours = opening.value
    ours.wait_for_load_state()
    assert page.evaluate("window.said").startswith("true"), "to its opener it is closed"
    assert ours.evaluate("window.opener") is None
    assert ours.url.startswith(address), "and is led nowhere by it"


def test_a_link_of_another_site_finds_nobody_signed_in(victim: Victim, address: str) -> None:
    """The cookie is strict: who follows a link from elsewhere has to sign in or come again."""
    victim.phone.expect("^asked another address|^console")
    link = f'<!doctype html><a href="{address}/check/{victim.check}/compare/A">Win a prize</a>'
    with another_site({"/": link}) as port:
        victim.phone.page.goto(f"http://{ELSEWHERE}:{port}/")
        victim.phone.page.get_by_role("link").click()
        victim.phone.page.wait_for_url(re.compile(r"/\?ended$"))
    assert victim.phone.page.locator(".overt-header__who").count() == 0
    victim.phone.go("/me")
    assert victim.phone.page.locator(".overt-header__who").inner_text() == OFFICER, "the session was not ended by it"


# --- texts that would run, and the policy that would stop them -------------------------------------------------------


def quiet(phone: Phone, where: str) -> None:
    """Nothing ran, and the page broke no rule of its policy."""
    assert phone.page.title() != "ran", where
    assert phone.page.evaluate("window.violations") == [], where


def test_no_stored_text_runs_and_no_page_of_a_check_breaks_its_policy(
    phones: Phones, force: Force, address: str, officer: Trainee
) -> None:
    phone = signed_in(phones, force, address, officer)
    phone.expect(r"status of 4\d\d")  # pages that say what is missing
    policies: dict[str, str] = {}

    def note(response: Response) -> None:
        if response.request.is_navigation_request() and response.status < 300:
            policies[response.url] = response.headers.get("content-security-policy", "")

    phone.page.on("response", note)
    check, ended = answered(officer), officer.noticed()
    officer.post(f"{ended}/end", code="declined-photo")
    noticed, opened = officer.noticed(), officer.opened()
    for path in (
        "/",
        "/me",
        "/complain",
        "/receipt",
        "/join",
        "/offline",
        "/practice",
        "/check/new/decides",
        "/check/ended/mistake",
        f"/check/{opened}/notice",
        f"/check/{noticed}/camera",
        f"/check/{ended}/followed",
        f"/check/{check}/compare/A",
    ):
        phone.go(path)
        quiet(phone, path)
        assert phone.page.locator("body").inner_text().count("<script>document") or path in PLAIN, path
    officer.compare(check, {"A": "same"})
    phone.go(f"/check/{check}/result")
    quiet(phone, "result")
    assert phone.page.locator("dd", has_text="<img src=x").first.is_visible(), "names are shown as they are"
    officer.post(f"{check}/result", decision="follow-lead:A")
    officer.post(f"{check}/outcome", outcome="arrested", when="now")
    officer.post(f"{check}/corroboration", act="add", code="document", reference=SCRIPT[:100], time="00:00")
    for path in (f"/check/{check}/corroboration", f"/check/{check}/outcome", f"/check/{check}/identity"):
        phone.go(path)
        quiet(phone, path)
    officer.post(f"{check}/outcome", outcome="let-go", when="now")
    for name in ("ethnicity_self", "sex"):
        phone.go(f"/check/{check}/about/{name}")
        quiet(phone, name)
    assert len(policies) > 15
    assert set(map(scripts_of, policies.values())) == {"'self'"}
    assert not any("unsafe" in each for each in policies.values())


PLAIN = {"/me", "/receipt", "/practice"}
"""Pages without a text of the policy but for the foot, which the receipt and others lack."""


def scripts_of(policy: str) -> str:
    found = re.search(r"script-src ([^;]+)", policy)
    return found[1] if found else ""


PLANTED = {
    "an inline script": "const it = document.createElement('script'); it.textContent = RUN; document.body.append(it)",
    "a script's file": "const it = document.createElement('script'); it.src = THERE; document.body.append(it)",
    "an attribute": "document.body.insertAdjacentHTML('beforeend', `<img src=/icon.svg onload=\"${RUN}\">`)",
    "a style": "document.body.insertAdjacentHTML('beforeend', '<p style=position:fixed>over everything</p>')",
    "a request": "fetch(THERE).catch(() => 0)",
    "a text that is evaluated": "setTimeout(RUN)",
}


@pytest.mark.parametrize("planted", PLANTED)
def test_what_got_in_all_the_same_would_not_run(
    phones: Phones, force: Force, address: str, officer: Trainee, planted: str
) -> None:
    phone = signed_in(phones, force, address, officer)
    phone.expect("^console|^uncaught|^asked another address")
    phone.page.evaluate(f"""() => {{
        const RUN = "document.title = 'ran'", THERE = 'https://{ELSEWHERE}/it.js';
        {PLANTED[planted]};
    }}""")
    phone.page.wait_for_function("window.violations.length > 0")
    assert phone.page.title() != "ran"


# --- the phone's disk -----------------------------------------------------------------------------------------------


def test_no_candidate_and_no_name_is_on_the_phones_disk(victim: Victim) -> None:
    phone, at = victim.phone, f"/check/{victim.check}"
    pictures: list[bytes] = []
    phone.page.on("response", lambda said: pictures.append(said.body()) if said.url.endswith(".jpg") else None)
    with phone.page.expect_response("**/candidates/A.jpg"):
        phone.go(f"{at}/compare/A")
    phone.page.wait_for_load_state("networkidle")
    with trainee(victim.force, way="check") as other:
        other.phone.headers["Authorization"] = f"Bearer {cookie_of(phone)}"
        other.compare(victim.check, {"A": "same"})
    with phone.page.expect_response("**/candidates/A.jpg?result"):
        phone.go(f"{at}/result")
    assert phone.page.locator("dd", has_text="<img src=x").first.is_visible()
    phone.page.evaluate("localStorage.canary = 'canary-8d1e'")
    token = cookie_of(phone)
    looked = [each for each in pictures if each.startswith(b"\xff\xd8")]
    assert looked
    phone.context.close()
    needles = {"the mark of a picture": looked[0][-400:], "a picture": looked[0][200:600], "a name": SCRIPT.encode()}
    needles |= {"the session": token.encode(), "a name in two bytes": SCRIPT.encode("utf-16-le")}
    files = [path for path in phone.disk.rglob("*") if path.is_file()]
    held = {path: path.read_bytes() for path in files}
    assert any(b"canary-8d1e" in data for data in held.values()), "what is there is found"
    found: dict[str, Any] = {
        name: [str(path.relative_to(phone.disk)) for path, data in held.items() if needle in data]
        for name, needle in needles.items()
    }
    assert found == {name: [] for name in needles}


def cookie_of(phone: Phone) -> str:
    return next(each["value"] for each in phone.context.cookies() if each["name"].startswith("overt-demo"))
