"""Names for things that more than one stage passes on. A leaf: imports nothing of ours.

Rule: an identifier says nothing about the person. None of them is derived from a face, a name or a probe.
"""

from typing import NewType
from uuid import UUID

ReferenceId = NewType("ReferenceId", int)
"""One enrolled image in the gallery; positive, below 2**63; orders ties between equal scores."""

PersonId = NewType("PersonId", UUID)
"""One enrolled person; random."""

EncounterId = NewType("EncounterId", UUID)
"""One check of one person; random."""

OfficerId = NewType("OfficerId", str)
"""The account name of one member of the force, such as ``demo-officer``."""

Digest = NewType("Digest", str)
"""``sha256:`` and 64 lower-case hex digits: of a policy, a build, a model file or a template contract."""

JsonValue = None | bool | int | str | list["JsonValue"] | dict[str, "JsonValue"]
"""What canonical JSON here may hold: no floats, so that RFC 8785 has one spelling for everything."""
