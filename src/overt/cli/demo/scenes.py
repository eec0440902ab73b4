"""What the demonstration checks: one scene a case, each with the result that it has to show."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from overt.cli.check import read_toml
from overt.cli.demo.photographs import empty_street, montage

ENROLLED = ("person-1", "person-2", "person-3", "person-4")


@dataclass(frozen=True, slots=True)
class Scene:
    """One case. `expect` is the person who has to be the candidate, `no_candidate`, or a refusal's code."""

    title: str
    photo: bytes = field(repr=False)
    document: Mapping[str, Any]
    expect: str
    picture: bool = True
    expired: bool = False


def scenes(photographs: Mapping[str, bytes], examples: Path) -> list[Scene]:
    """All cases, in the order in which they are shown.

    Args:
        photographs: by label, as `load_photographs` gives them.
        examples: the folder of encounter files; each is used as it stands.

    Raises:
        UsageError: an example is not there.
    """
    street = read_toml(examples / "street-stop.toml")
    fields_only = {name: value for name, value in street.items() if not isinstance(value, dict)}
    probe = photographs["person-1-other"]
    two = montage(photographs["person-3-other"], photographs["person-4-other"])
    return [
        Scene("In the gallery, by another photograph", probe, street, "person-1"),
        Scene("In the gallery, years apart", photographs["person-4-other"], fields_only, "person-4"),
        Scene("In the gallery, from another source", photographs["person-1-fourth"], fields_only, "person-1"),
        Scene("In the gallery, and missed", photographs["person-3-other"], fields_only, "no_candidate"),
        Scene("Not in the gallery", photographs["person-5-not-enrolled"], street, "no_candidate"),
        Scene("Two people in the photograph", two, fields_only, "several_faces"),
        Scene("No face in the photograph", empty_street(), fields_only, "no_face"),
        _unseen("Not a readable photograph", probe[: len(probe) // 3], fields_only, "unreadable_image"),
        _unseen("A field was not answered", probe, read_toml(examples / "incomplete.toml"), "incomplete_encounter"),
        _unseen(
            "The ground does not reach a school", probe, read_toml(examples / "school.toml"), "ground_not_allowed_here"
        ),
        _unseen("The person declines", probe, read_toml(examples / "declined.toml"), "declined_photo"),
        Scene("The pilot has ended", probe, fields_only, "pilot_expired", picture=False, expired=True),
    ]


def _unseen(title: str, photo: bytes, document: Mapping[str, Any], expect: str) -> Scene:
    """A case in which no photograph is taken, or none that could be shown."""
    return Scene(title, photo, document, expect, picture=False)
