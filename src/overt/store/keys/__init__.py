"""Keys, apart from the instance's data and from its backups.

Rules:
* The ledger's, the master and the policy key are files of their own; each is loaded by itself, by who needs it.
* Every enrolled person has a data key of their own. It is stored in one of 64 drawers, wrapped under the key of the
  drawer's epoch, and that one wrapped under the master key. To erase people is to make a new epoch of their drawers
  without them and to destroy the old one: whatever backup of the database turns up later, nothing in it about them can
  be opened.
* What no program can promise: overwriting reaches the bytes of a plain disk; a journal, a snapshot or a worn flash cell
  may keep an old copy of an epoch's file. So the keys belong on an encrypted volume without snapshots, and a backup of
  the keys folder must be replaced at every rotation.
"""

from overt.store.keys.epochs import RotationReport
from overt.store.keys.key_files import KeyFolder
from overt.store.keys.person_keys import Enrolment, PersonKeys
from overt.store.keys.sealing import Draw, row_aad, seal, unseal

__all__ = ["Draw", "Enrolment", "KeyFolder", "PersonKeys", "RotationReport", "row_aad", "seal", "unseal"]
