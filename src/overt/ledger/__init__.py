"""The public ledger, as values: deed -> entry -> tree -> tiles -> signed checkpoint -> proof -> receipt.

Pure: no file, socket, clock or randomness; `overt.store` brings those and is the only caller that writes.
The written formats are `spec/ledger-entry.md` and `spec/receipt.md`, with vectors beside them.
"""
