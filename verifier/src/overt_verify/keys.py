"""What the caller trusts: a key from the command line itself or a file with one line, and digests from a file."""

from pathlib import Path

from overt_verify.encoding import is_digest
from overt_verify.errors import Code, VerificationError
from overt_verify.files import read_file
from overt_verify.note import VerifierKey

_KEY_LIMIT = 4096
_LIST_LIMIT = 65_536


def read_key(text: str) -> VerifierKey:
    """The key `NAME+KEYID+BASE64`, or the one in a file of that name.

    Raises:
        VerificationError: `bad_key`, or the file cannot be read.
    """
    if text.count("+") >= 2 and not _is_file(text):
        return VerifierKey.parse(text)
    data = read_file(Path(text), _KEY_LIMIT)
    try:
        return VerifierKey.parse(data.decode("utf-8").strip())
    except UnicodeDecodeError as error:
        raise VerificationError(Code.BAD_KEY, "The key file is not text.") from error


def read_digests(path: Path) -> frozenset[str]:
    """The digests in a file, one a line (`sha256:` and hex); lines without one, and what follows a space, are remarks.

    Raises:
        VerificationError: the file cannot be read, or has no digest.
    """
    lines = read_file(path, _LIST_LIMIT).decode("utf-8", "replace").split("\n")
    words = [line.split(maxsplit=1)[0] for line in lines if line.strip()]
    found = frozenset(word for word in words if is_digest(word))
    if not found:
        raise VerificationError(Code.NOTHING_TO_VERIFY, "The file has no digest of a program.")
    return found


def _is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except (OSError, ValueError):
        return False
