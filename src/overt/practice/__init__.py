"""Practice: a whole check for training, by the real desks, over Protocols that are filled in memory.

Rules:
* Nothing of the force's is opened, searched, counted or written: no gallery, no ledger, no table, no file. Practice
  reads who may train (accounts), on which phones, and under which policy.
* Nobody is compared with anybody. The photograph goes through the real pipeline, so that refusals are real; then its
  template is thrown away, and a scenario decides what is shown (`scenes`). The people shown are drawn by code.
* Practice cannot be taken for the real thing, nor the other way round: identifiers of checks, nonces, links and drafts
  are kept in tables of their own, and a search under a practice policy names a template contract that no gallery has.
* What is kept is bounded, lives for hours at most, and is lost when the process ends.

Pure: the moment and randomness are handed in. `overt.store.practice_desks` puts it together.
"""
