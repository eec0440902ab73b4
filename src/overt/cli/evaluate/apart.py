"""What keeps an evaluation away from every instance: it compares everybody with everybody, and must not become a
search of stills.

Rules:
* Settings that name an instance are a refusal, and so is an instance in the folder that commands use by default.
* So is a place in an instance's folder or in its folder of keys, however it is written or linked.
* This module opens nothing: it looks whether `instance.json` is there. It imports neither store nor service.
"""

import os
from collections.abc import Iterable
from pathlib import Path

import typer

from overt.errors import EvaluationOnInstance

DATABASE_VARIABLE = "OVERT_DATABASE_URL"
_ABOUT = "instance.json"
_KEYS = ".keys"
_FOLDER = "instance_folder"


def refuse_settings(context: typer.Context) -> None:
    """Refuse settings of an instance.

    Raises:
        EvaluationOnInstance: --instance, OVERT_INSTANCE or OVERT_DATABASE_URL is given, or the default folder is one.
    """
    root = context.find_root()
    source = root.get_parameter_source(_FOLDER)
    if source is None or source.name != "DEFAULT":
        raise EvaluationOnInstance("An instance is named, by --instance or OVERT_INSTANCE.")
    if os.environ.get(DATABASE_VARIABLE):
        raise EvaluationOnInstance(f"The database of an instance is named, by {DATABASE_VARIABLE}.")
    if _is_instance(Path(root.params[_FOLDER])):
        raise EvaluationOnInstance("There is an instance in the folder that commands use by default.")


def refuse_places(places: Iterable[Path]) -> None:
    """Refuse places in an instance or in its keys.

    Raises:
        EvaluationOnInstance: one of them is, or leads there.
    """
    if any(_belongs(place) for place in places):
        raise EvaluationOnInstance("A folder of this evaluation lies in an instance's folder or in its keys.")


def people_that_lead_away(images: Path) -> tuple[Path, ...]:
    """Folders of people that are links, or instances themselves."""
    try:
        return tuple(each for each in images.iterdir() if each.is_symlink() or _is_instance(each))
    except OSError:
        return ()  # whoever reads the folder will refuse it


def _belongs(place: Path) -> bool:
    whole = place.resolve()
    return any(_is_instance(each) or _is_keys(each) for each in (whole, *whole.parents))


def _is_instance(folder: Path) -> bool:
    return (folder / _ABOUT).exists()


def _is_keys(folder: Path) -> bool:
    return folder.name.endswith(_KEYS) and _is_instance(folder.with_name(folder.name.removesuffix(_KEYS)))
