"""How often a way of making templates errs, and for whom.

::

    folder, lists   who has which image; labels, corrections
    matcher, making, cache   a template of each image, kept
    sample          images, people, templates: what the maths is given
    protocol, trials   open-set galleries drawn; what each probe met there
    identification, verification, groups, differentials, ...   rates with intervals (figures)
    report          a page, a document, a model card, scores

Rules:
* Nothing here opens an instance (`.importlinter`): an evaluation compares everybody with everybody, and must not become
  a search of stills.
* Pure but for `folder`, `making` and `cache`: images, randomness and time are handed in.
* A rate has its counts and its interval; a group is what labels say, never inferred.
"""
