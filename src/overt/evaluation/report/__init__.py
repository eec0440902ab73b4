"""An `Evaluation` in, files out: JSON for programs, one HTML page for people, a model card, and the scores.

Rules:
* Nothing is computed here that a figure is: what is drawn and said is in the value.
* A rate is never written without its counts and interval, in any of the files.
* The words are those of docs/words.md; `tools/wording.py` reads what is written here.
"""
