"""Commands beside a served instance; and whom `overt serve` of a demonstration serves."""

import io

import httpx
import pytest
from PIL import Image

from overt.store.instance import DATABASE_VARIABLE
from simulators.command_desk import ANSWERED, PHOTO, STREET, TODAY, Desk, refused
from simulators.commands import overt
from simulators.phone import Phone, served
from simulators.real_photographs import gallery_folder

pytestmark = pytest.mark.slow


def test_commands_work_while_the_instance_is_served(desk: Desk) -> None:
    with served(desk.instance) as service:
        about = httpx.get(f"{service.address}/api/v1/instance").json()
        assert about["demonstration"] is True
        assert about["policy"] == desk("policy", "show", "--json").json["digest"]
        assert overt(desk.instance, "check", desk.photo(PHOTO), "--encounter", STREET).json["result"] == "candidates"
        phone = Phone(desk.instance, service.address)
        probe = jpeg(desk.photographs["person-5-not-enrolled"], 90)
        assert phone.found(probe) == []
        late = gallery_folder(desk.own / "late", {"late": desk.photographs["person-5-not-enrolled"]}, TODAY)
        assert overt(desk.instance, "gallery", "import", late, "--json").json["imported"] == 1
        assert phone.found(probe) == ["late"], "the running service sees a later import"
        assert overt(desk.instance, "gallery", "erase", "late").status == ANSWERED
        assert phone.found(probe) == [], "and an erasure"
        assert phone.found(desk.photographs[PHOTO]) == ["person-1"]
        verified = overt(desk.instance, "ledger", "verify", "--json").json
        phone.client.close()
    assert verified["verified"] is True
    assert service.process.returncode == 0


def jpeg(photo: bytes, quality: int) -> bytes:
    stream = io.BytesIO()
    Image.open(io.BytesIO(photo)).convert("RGB").save(stream, "JPEG", quality=quality)
    return stream.getvalue()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org", "127.0.0.1.example.org", ""])
def test_nobody_else_is_served(desk: Desk, host: str) -> None:
    refused(desk("serve", "--host", host, "--port", "0", "--json"), "demonstration_refuses")


def test_a_demonstration_takes_no_outside_database(desk: Desk) -> None:
    elsewhere = {DATABASE_VARIABLE: "postgresql://nobody@127.0.0.1:1/nothing"}
    for arguments in (["doctor", "--json"], ["check", desk.photo(PHOTO), "--encounter", STREET, "--json"]):
        refused(overt(desk.instance, *arguments, **elsewhere), "outside_database_refused")
    refused(overt(desk.own / "other", "init", "--demonstration", "--json", **elsewhere), "outside_database_refused")
    assert not (desk.own / "other").exists()
