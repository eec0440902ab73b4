"""An evaluation from the command line; it opens no instance."""

from overt.cli.evaluate.command import add_to

__all__ = ["add_to"]
