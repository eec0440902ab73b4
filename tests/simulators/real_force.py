"""A force with real models and real photographs in its gallery: for journeys of phones that see films."""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from overt.store.creation import create, demonstration_text
from overt.store.instance import open_instance
from simulators.force import Clock, Force, open_folder
from simulators.portrait import shipped_pipeline
from simulators.real_photographs import gallery_folder


@contextmanager
def real_force(enrolled: Mapping[str, bytes], clock: Callable[[], datetime] | None = None) -> Iterator[Force]:
    """A demonstration whose gallery holds these photographs, by the label of their person."""
    now = clock or Clock()
    with open_folder() as folder, tempfile.TemporaryDirectory() as own:
        create(folder / "force", demonstration_text(now().date(), None), now)
        with open_instance(folder / "force", now) as instance:
            made = Force(instance, now, shipped_pipeline())  # type: ignore[arg-type]  # real templates, any clock
            if enrolled:
                gallery = gallery_folder(Path(own) / "gallery", dict(enrolled), now().date())
                assert instance.importer().run(gallery, lambda *_: None).imported == len(enrolled)
            yield made
