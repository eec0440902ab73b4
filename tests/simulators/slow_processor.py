"""A slower processor for a whole browser page, its workers included: its processes rest for most of the time.

Chromium's own throttle slows the page's thread alone (`browser.Phone.slowed`); the detector runs in another one.
"""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_RUNS = 0.005
"""Seconds between two rests."""


@contextmanager
def slower(times: float, folder: Path) -> Iterator[None]:
    """Let every page of the browser with this folder run for one part in `times` of the time.

    Rests are as long as the runs before them were in truth, so that a busy machine does not soften them.
    """
    over = threading.Event()
    processes = _pages_of(folder)
    thread = threading.Thread(target=_slow, args=(processes, times, over))
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _slow(processes: list[int], times: float, over: threading.Event) -> None:
    while not over.is_set():
        began = time.perf_counter()
        time.sleep(_RUNS)
        _tell(processes, signal.SIGSTOP)
        try:
            time.sleep((times - 1) * (time.perf_counter() - began))
        finally:
            _tell(processes, signal.SIGCONT)


def _tell(processes: list[int], what: signal.Signals) -> None:
    for process in processes:
        with suppress(ProcessLookupError):
            os.kill(process, what)


def _pages_of(folder: Path) -> list[int]:
    """The browser's processes that run pages; they carry its folder in their arguments."""
    found = []
    for process in Path("/proc").iterdir():
        with suppress(OSError):
            if process.name.isdigit() and _is_page((process / "cmdline").read_bytes(), str(folder).encode()):
                found.append(int(process.name))
    if not found:
        raise RuntimeError(f"no page of a browser runs from {folder}")
    return found


def _is_page(arguments: bytes, folder: bytes) -> bool:
    return b"--type=renderer" in arguments and folder in arguments
