"""Real photographs in tests: other shots made from the demonstration's, and folders to import."""

import csv
import io
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from PIL import Image

ENROLLED = ("person-1", "person-2", "person-3", "person-4")


def retaken(photo: bytes, generator: np.random.Generator, kind: str = "JPEG", longest: int = 760) -> bytes:
    """The same face as another file: cropped a little, resized, with the noise of another sensor.

    The noise is the generator's, so that no byte of the file and no number of its template is anybody else's.
    """
    image = Image.open(io.BytesIO(photo)).convert("RGB")
    width, height = image.size
    left, top, right, bottom = generator.uniform(0, 0.03, 4) * (width, height, width, height)
    image = image.crop((round(left), round(top), round(width - right), round(height - bottom)))
    image.thumbnail((longest, longest))
    pixels = np.asarray(image).astype(np.int16) + generator.integers(-3, 4, (image.height, image.width, 3))
    stream = io.BytesIO()
    options = {} if kind == "PNG" else {"quality": int(generator.integers(82, 95))}
    Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(stream, kind, **options)
    return stream.getvalue()


def gallery_folder(folder: Path, photos: Mapping[str, bytes], today: date, **labels: str) -> Path:
    """A folder to import: one photograph a person, and the manifest; `labels` override its columns."""
    folder.mkdir(exist_ok=True)
    row = {
        "captured_on": (today - timedelta(days=400)).isoformat(),
        "lawful_basis": "pace-64a",
        "outcome": "convicted",
        "review_on": (today + timedelta(days=365)).isoformat(),
        "under_18": "false",
        "source": "custody",
        **labels,
    }
    with (folder / "manifest.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("file", "person", *row))
        for person, photo in photos.items():
            (folder / f"{person}.jpg").write_bytes(photo)
            writer.writerow((f"{person}.jpg", person, *row.values()))
    return folder


def demonstration_gallery(folder: Path, photographs: Mapping[str, bytes], today: date) -> Path:
    """The four people that the demonstration enrols."""
    return gallery_folder(folder, {person: photographs[f"{person}-enrolled"] for person in ENROLLED}, today)
