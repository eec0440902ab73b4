"""What leaves the force while it runs: checkpoints, to the witnesses that the policy names.

Nothing here is needed for an answer: a witness that cannot be reached delays nothing. What its absence stops, and when,
is `overt.encounter.rules.check_witnesses`.
"""
