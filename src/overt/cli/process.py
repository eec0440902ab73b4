"""What the process as a whole must not do.

Rule (architecture, rule 4): a crash must not write memory to disk, since a probe may be in it.
"""

import resource


def harden() -> None:
    """Switch core dumps off for this process and its children."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
