"""Which template contract an evaluation uses: a shipped one, or one that the caller's own manifests bring.

Rules:
* A contract is chosen by its name, never guessed. Without a name it is that of the only manifest given, else the
  shipped one.
* What is handed to a worker process is text: a manifest is parsed again there, and its files are checked again.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from importlib import resources
from pathlib import Path

from overt.errors import ContractUnknown
from overt.evaluation.making import MatcherFactory
from overt.evaluation.matcher import PipelineMatcher
from overt.models.manifest import Manifest, parse_manifest
from overt.models.shipped import load_pipeline


def chosen_manifest(own: Sequence[str], contract: str | None) -> tuple[str, Manifest]:
    """The manifest of a contract, as text and as a value.

    Args:
        own: manifests of the caller's, as TOML.
        contract: the name of the contract; None where it is clear which one is meant.

    Raises:
        ModelManifestInvalid: a manifest is not in the form.
        ContractUnknown: none has that name, or two have it, or several are given and none is named.
    """
    given = [(text, parse_manifest(text)) for text in own]
    if contract is None and len(given) > 1:
        raise ContractUnknown(f"Several contracts are given: {_names(given)}.")
    folder = resources.files("overt.models")
    shipped = [folder.joinpath(name).read_text("utf-8") for name in ("manifest.toml", "manifest-fast.toml")]
    known = [*given, *((text, parse_manifest(text)) for text in shipped)]
    if contract is None:
        return known[0]
    named = {one.contract.digest: (text, one) for text, one in known if one.contract.id == contract}
    if len(named) != 1:
        raise ContractUnknown(f"The contracts at hand are: {_names(known)}.")
    return next(iter(named.values()))


def matcher_factory(manifest: str, models_dir: Path | None) -> MatcherFactory:
    """What makes the matcher of a manifest, in whichever process calls it.

    The call raises ModelRefusal where a file is missing or not the right one, or cannot be run.
    """
    return partial(_matcher, manifest, models_dir)


def _matcher(manifest: str, models_dir: Path | None) -> PipelineMatcher:
    return PipelineMatcher(load_pipeline(parse_manifest(manifest), models_dir))


def _names(known: Sequence[tuple[str, Manifest]]) -> str:
    by_name: Mapping[str, None] = {one.contract.id: None for _, one in known}
    return ", ".join(by_name)
