"""`overt ...`: thin commands. Nothing is decided here."""
