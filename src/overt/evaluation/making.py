"""The templates of many images: kept ones are taken, the others made, in one process or several.

Rules:
* What is made is kept every `SHARD` images, and when the work is interrupted. So it may be stopped at any moment, and
  goes on where it was.
* A contract's digest says which models and settings made a template, and not which code. So a few of the kept answers
  are made anew first; when one differs, none is believed.
* A worker ends with its parent, however that ended, and takes no notice of Ctrl-C: the parent ends in order.
* Equal images are one image: they are made once.
"""

import hashlib
import multiprocessing
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np

from overt.errors import EvaluationImagesUnusable, EvaluationStopped
from overt.evaluation.cache import TemplateCache
from overt.evaluation.matcher import Answer, Matcher, NoTemplate

SHARD: Final = 64
TRIED_AGAIN: Final = 10
_AT_ONCE: Final = 4
_SAME: Final = 1e-4

MatcherFactory = Callable[[], Matcher]
"""Makes a matcher in the process that calls it; goes to a worker, so it can be pickled."""
Progress = Callable[[int, int], None]
"""Told how many of how many images are done; may raise to stop the work."""
Keyed = list[tuple[bytes, Answer]]


@dataclass(frozen=True, slots=True)
class Made:
    """The answer for each image.

    Args:
        keys: SHA-256 of each image's bytes; equal images have equal ones.
        from_cache: how many answers were kept from before.
        stale: kept ones were of other code.
    """

    answers: tuple[Answer, ...]
    keys: tuple[bytes, ...]
    from_cache: int
    stale: bool


def make_templates(
    images: Sequence[Path], make: MatcherFactory, cache: TemplateCache, processes: int, progress: Progress
) -> Made:
    """A template, or why there is none, of each image.

    Args:
        processes: how many make templates; 1 makes them in this one.

    Raises:
        EvaluationImagesUnusable: a file cannot be opened.
        EvaluationStopped: a worker was killed.
    """
    keys = [key_of(content(image)) for image in images]
    kept = cache.load()
    stale = not _fresh(images, keys, kept, make)
    if stale:
        cache.clear()
        kept = {}
    missing = {key: image for key, image in zip(keys, images, strict=True) if key not in kept}
    from_cache = sum(key in kept for key in keys)
    progress(from_cache, len(images))
    with _keeping(cache, kept) as add:
        for done, batch in enumerate(_made(list(missing.values()), make, processes), 1):
            add(batch)
            progress(min(len(images), from_cache + done * _AT_ONCE), len(images))
    cache.compact()
    return Made(tuple(_answer(kept, key) for key in keys), tuple(keys), from_cache, stale)


def content(image: Path) -> bytes:
    """The bytes of an image file.

    Raises:
        EvaluationImagesUnusable: it cannot be opened.
    """
    try:
        return image.read_bytes()
    except OSError as error:
        raise EvaluationImagesUnusable("An image cannot be opened.") from error


def key_of(image: bytes) -> bytes:
    """Under what an image's answer is kept."""
    return hashlib.sha256(image).digest()


def _answer(kept: dict[bytes, Answer], key: bytes) -> Answer:
    try:
        return kept[key]
    except KeyError:  # the file was another when a worker read it
        raise EvaluationImagesUnusable("An image was changed while the evaluation ran.") from None


def _fresh(images: Sequence[Path], keys: Sequence[bytes], kept: dict[bytes, Answer], make: MatcherFactory) -> bool:
    """Whether a few of the kept answers come out the same today."""
    held = [(image, kept[key]) for image, key in zip(images, keys, strict=True) if key in kept]
    if not held:
        return True
    matcher = make()
    tried = held[:: max(1, len(held) // TRIED_AGAIN)]
    return all(_same(matcher.template(content(image)), before) for image, before in tried)


def _same(made: Answer, before: Answer) -> bool:
    if isinstance(made, NoTemplate) or isinstance(before, NoTemplate):
        return made == before if isinstance(made, NoTemplate) and isinstance(before, NoTemplate) else False
    return made.shape == before.shape and bool(np.allclose(made, before, atol=_SAME))


@contextmanager
def _keeping(cache: TemplateCache, kept: dict[bytes, Answer]) -> Iterator[Callable[[Keyed], None]]:
    """Yields what takes answers in; they are on disk every `SHARD` and, whatever happens, at the end."""
    waiting: dict[bytes, Answer] = {}

    def add(batch: Keyed) -> None:
        waiting.update(batch)
        kept.update(batch)
        if len(waiting) >= SHARD:
            cache.add(waiting)
            waiting.clear()

    try:
        yield add
    finally:
        cache.add(waiting)


def _made(images: Sequence[Path], make: MatcherFactory, processes: int) -> Iterator[Keyed]:
    """Answers in batches, in any order."""
    batches = [images[at : at + _AT_ONCE] for at in range(0, len(images), _AT_ONCE)]
    if processes == 1 or len(batches) < 2:
        matcher = make() if batches else None
        return (_answers(matcher, batch) for batch in batches if matcher is not None)
    return _made_by_workers(batches, make, min(processes, len(batches)))


def _made_by_workers(batches: list[Sequence[Path]], make: MatcherFactory, processes: int) -> Iterator[Keyed]:
    spawn = multiprocessing.get_context("spawn")  # a forked copy of OpenCV's threads could wait for ever
    pool = ProcessPoolExecutor(processes, mp_context=spawn, initializer=_start, initargs=(make,))
    waiting = iter(batches)
    try:
        running = {pool.submit(_work, batch) for batch in islice(waiting, 2 * processes)}
        while running:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            running |= {pool.submit(_work, batch) for batch in islice(waiting, len(done))}
            yield from map(_result, done)
    except BrokenProcessPool as error:
        raise EvaluationStopped() from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _result(done: Future[Keyed]) -> Keyed:
    return done.result()


def _answers(matcher: Matcher, images: Sequence[Path]) -> Keyed:
    read = [content(image) for image in images]
    return [(key_of(image), matcher.template(image)) for image in read]


# --- in a worker -------------------------------------------------------------------------------------------------

_matcher: Matcher | None = None


def _start(make: MatcherFactory) -> None:
    """Once in each worker."""
    global _matcher
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _matcher = make()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        signal.raise_signal(signal.SIGKILL)


def _work(images: Sequence[Path]) -> Keyed:
    if _matcher is None:
        raise EvaluationStopped()
    return _answers(_matcher, images)
