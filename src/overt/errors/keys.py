"""What can be wrong with the keys and with what they seal."""

from overt.errors.instance import InstanceRefusal
from overt.errors.tree import Fault


class KeyFilesUnsafe(InstanceRefusal):
    code = "key_files_unsafe"
    rule = "architecture rule 7"
    message = "The keys are not kept safely."
    remedy = "Keep the keys outside the instance, in a folder that only the account of Overt may open (0700)."


class KeyMissing(InstanceRefusal):
    code = "key_missing"
    rule = "architecture rule 7"
    message = "A key is not there."
    remedy = "Name the right keys folder, or restore the keys from their own backup."


class KeysExist(InstanceRefusal):
    code = "keys_exist"
    status = 409
    rule = "architecture rule 7"
    message = "There are keys in this folder already; they are never overwritten."
    remedy = "Use these keys, or name another folder."


class PersonKeyGone(InstanceRefusal):
    code = "person_key_gone"
    status = 410
    rule = "architecture rule 7"
    message = "The key of this person has been destroyed, or never was."
    remedy = "Nothing of this person can be read any more; remove what a backup may have brought back."


class KeyDamaged(Fault):
    """A key file, or a file of the person key store, is not in its form or does not authenticate."""

    code = "key_damaged"
    rule = "architecture rule 7"
    message = "A key file is damaged, or belongs to other keys."
    remedy = "Stop, and restore the keys from their own backup."


class SealedDataDamaged(Fault):
    """Sealed bytes that do not authenticate under this key and place."""

    code = "sealed_data_damaged"
    rule = "architecture rule 7"
    message = "A sealed value is damaged, or was moved from where it belongs."
    remedy = "Do not rely on it. Keep a copy of the database and tell your administrator."
