"""Whether a capture looks like the photograph of a print or of a screen.

Presentation attack detection, in the words of ISO/IEC 30107-3.

Rules:
* It flags and never blocks: no refusal, no score, no candidate depends on it, and nothing of it is stored.
* One measure a file; each says what it does not see. What follows from them together stands in `look.py` alone.
* Nothing here says anything about a person. Error rates, by group too, are measured and published
  (docs/presentation.md).
"""
