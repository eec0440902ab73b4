"""Template in, ordered scores out. One contract, a slow reference engine, a first exact engine.

Rules:
* No approximate answer: an engine returns every eligible reference at or above the threshold, or refuses.
* The engines work on a caller's own arrays and are free to use; `gallery_backed` demands an `Authority`.
"""
