"""The README's first steps and what the demonstration prints, held to the programs and to the documents beside them."""

import json
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from overt import errors
from overt.candidates.wording import NO_CANDIDATE, strength
from overt.cli.output import as_json
from overt.store.embedded import EmbeddedPostgres
from unit.test_documents import ROOT, SOURCE, error_classes


def readme_block(mark: str) -> str:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.search(rf"^<!-- {re.escape(mark)} -->\n```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert found, mark
    return found[1]


def test_the_demonstrations_output_in_the_readme_is_in_its_words() -> None:
    """Each line of the shortened output is a title of a scene, or part of what the code says there."""
    scenes = (SOURCE / "cli" / "demo" / "scenes.py").read_text(encoding="utf-8")
    refused = [f"Refused ({one.code}): {one.message} {one.remedy}" for one in error_classes()]
    spoken = " ".join([NO_CANDIDATE, strength(1e-9), *refused])
    block = readme_block("demo output")
    titles = re.findall(r"^([^\s].+)\n  (?=1 candidate|No candidate|Refused)", block, re.MULTILINE)
    assert len(titles) == 6
    assert [title for title in titles if f'"{title}"' not in scenes] == []
    paragraphs = [" ".join(part.split()) for part in re.split(r"\n(?=\S)", block)]
    results = [re.sub(r"^.*?(?=1 candidate|No candidate|Refused)", "", part) for part in paragraphs[:6]]
    results = [re.sub(r"^1 candidate: person-\d, score \d\.\d+\. ", "", part) for part in results]
    assert [part for part in results if part not in spoken] == []


@pytest.mark.slow
def test_the_first_steps_of_the_readme() -> None:
    """The block as it stands, in a folder of its own, with the installed programs."""
    with tempfile.TemporaryDirectory(prefix="overt-readme-") as temporary:
        folder = Path(temporary)
        folder.chmod(0o711)
        for name in (".venv", "examples"):
            (folder / name).symlink_to(ROOT / name)
        try:
            done = run_block(readme_block("tested: first steps"), folder)
            assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
            assert done.stdout.count("VERIFIED") == 2
            assert "Erased: 1 reference(s)" in done.stdout
            assert "NOT OK" not in done.stdout
            check_answer(json.loads((folder / ".demo" / "answer.json").read_text(encoding="utf-8")))
        finally:
            EmbeddedPostgres(folder / ".demo" / "mine" / "postgres").destroy()


def run_block(block: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    shell = shutil.which("bash")
    assert shell
    quiet = {name: value for name, value in os.environ.items() if not name.startswith("OVERT_")}
    argv = [shell, "-euo", "pipefail", "-c", block]
    return subprocess.run(argv, cwd=folder, env=quiet, capture_output=True, text=True, timeout=300, check=False)


def check_answer(answer: dict[str, object]) -> None:
    """The printed object has the members that docs/check-output.md describes, and the person was found."""
    documented = documented_members()
    assert set(answer) == documented[""]
    candidates, quality = answer["candidates"], answer["quality"]
    assert isinstance(candidates, list)
    assert isinstance(quality, list)
    assert [one["person"] for one in candidates] == ["person-4"]
    assert {frozenset(one) for one in candidates} == {frozenset(documented["candidates"])}
    assert {name for one in quality for name in one} | {"not_assessed"} == documented["quality"]
    for part in ("ledger", "timings_ms"):
        inner = answer[part]
        assert isinstance(inner, dict)
        assert set(inner) == documented[part]


def documented_members() -> dict[str, set[str]]:
    """Member names by the heading under which docs/check-output.md has them; the object's own under the empty one."""
    text = (ROOT / "docs" / "check-output.md").read_text(encoding="utf-8")
    sections = re.split(r"^##+ ", text, flags=re.MULTILINE)[1:]
    found = {}
    for section in sections:
        title, _, body = section.partition("\n")
        found[title.strip("`") if title.startswith("`") else ""] = set(
            re.findall(r"^\| `(\w+)` \|", body, re.MULTILINE)
        )
    return found


def test_a_refusal_has_the_documented_members() -> None:
    assert set(as_json(errors.NoFace())) == documented_members()["refusal"]
