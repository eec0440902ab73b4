"""Photo in, `Template` out: detect, align, embed; a template is a unit vector bound to the contract that made it.

Rules:
* The stages know a detector and an embedder only as Protocols (`ports.py`); `overt.models` fills them.
* Everything that changes the numbers stands in the `TemplateContract`; templates of different contracts never meet.
* No attribute of a person (age, gender, emotion, ethnicity) is computed, not even on the way.
"""
