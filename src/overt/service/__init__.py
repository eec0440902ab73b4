"""The HTTP interface: the same steps as `overt.encounter`, under `/api/v1`. Nothing is decided here."""
