"""A simulator of captures: a portrait before a phone's camera as a person, on a screen, or on paper.

For evaluation and tests only; nothing of a check uses it. Pure: portraits and randomness are handed in, files come out
as bytes. What reaches the camera is computed in linear light; lens, sensor, colour mosaic, processing and JPEG follow.

Limitations, and so limits of every figure that rests on it:
* A portrait is flat: a simulated person has no depth, no changing expression, no light that wraps around a head.
* Screens and papers are models: stripes of sub-pixels, dots of a halftone, glare as a smooth spot. No banding by a
  screen's refresh, no wear, no folds, no hand that holds the thing.
* The camera's processing is a short one; a phone's own sharpens, denoises and merges in ways that nobody publishes.
"""
