"""Overt: operator-initiated facial recognition that answers for itself.

Start reading at ``docs/tour.md`` (the life of a check) and ``errors.py`` (every refusal there is).
"""

__version__ = "0.1.0"
