"""Verify from outside what an instance of Overt published about its face searches.

Start reading at ``audit.py``. This package is written from the published formats alone and shares no code with the
program that it checks.
"""

__version__ = "0.1.0"
