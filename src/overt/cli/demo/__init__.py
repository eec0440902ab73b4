"""The demonstration: real photographs through real checks, with pictures of what happened."""

from overt.cli.demo.command import add_to

__all__ = ["add_to"]
