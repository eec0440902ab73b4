"""What an officer may see of an answer, and how strongly it may be put.

Rules:
* Few candidates, one a person, shuffled, and a letter only until the officer has compared (architecture, rule 5).
* Strength is one sentence about people who are not in the gallery; no percentage of identity, no verbal scale.
* A calibration belongs to one template contract and says what it cannot support.
"""
