"""What the script of the camera page names is there: texts in the catalogue, codes in the error tree."""

import re
from collections.abc import Iterator

from overt import errors
from overt.errors import CaptureRefusal, OvertError
from overt.service.pages.catalogue import catalogues
from simulators.scripts import WEB

CAMERA = WEB / "src" / "camera"
TEXTS = catalogues()["en"].having("script.")
NOT_THE_SERVERS = {"no_signal"}


def source(name: str) -> str:
    return (CAMERA / name).read_text(encoding="utf-8")


def words_in(text: str) -> set[str]:
    return set(re.findall(r'"([\w-]+)"', text))


def words_after(pattern: str, name: str) -> set[str]:
    found = re.search(pattern, source(name), re.DOTALL)
    assert found
    return words_in(found[1])


def codes(kind: type[OvertError]) -> Iterator[str]:
    yield kind.code
    for each in kind.__subclasses__():
        yield from codes(each)


def test_every_state_has_its_words() -> None:
    named = set.union(
        words_after(r"judgements = \[(.+?)\]", "guidance/judge.ts"),
        words_after(r"type Unusable = (.+?);", "detector/messages.ts"),
        words_after(r"function whyNoCamera.+?: (.+?) \{", "refusals.ts"),
        words_after(r"type State = (.+?);", "view.ts"),
    )
    without_words = {"live", "over"}  # one says what it judges, the other what went wrong
    assert without_words < named
    assert {f"camera.{name}" for name in named - without_words} <= set(TEXTS)


def test_every_text_that_is_named_is_there_and_every_one_that_is_there_is_named() -> None:
    sources = "\n".join(path.read_text(encoding="utf-8") for path in CAMERA.rglob("*.ts"))
    known = {name for name in TEXTS if name.startswith("camera.")}
    assert set(re.findall(r'text\("(camera\.[\w-]+)"\)', sources)) <= known
    said = {name.removeprefix("camera.") for name in known}
    assert said <= words_in(sources) | {name.removeprefix("camera.") for name in re.findall(r"camera\.[\w-]+", sources)}


def test_another_photograph_may_be_taken_after_exactly_the_refusals_of_one() -> None:
    named = words_after(r"again = new Set\(\[(.+?)\]\)", "refusals.ts") - NOT_THE_SERVERS
    once_more = {errors.CaptureStale.code, errors.CaptureReplayed.code, errors.CaptureSignatureInvalid.code}
    assert named == {*codes(CaptureRefusal), *once_more}
