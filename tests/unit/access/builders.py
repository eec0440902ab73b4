"""A party, a person and two challenges: what the tests of passkeys start from."""

from hashlib import sha256

from overt.access.passkeys import Challenge, Purpose, RelyingParty
from overt.identifiers import OfficerId
from unit.encounter.builders import NOW

PARTY = RelyingParty("overt.force.example", "Overt", "https://overt.force.example:8443")
ALICE = OfficerId("alice")
REGISTER = Challenge(sha256(b"register").digest(), Purpose.REGISTER, "ab", NOW)
VERIFY = Challenge(sha256(b"verify").digest(), Purpose.VERIFY, "cd", NOW)
