"""Where the caller's key comes from: the command line itself, or a file with one line."""

from pathlib import Path

from overt_verify.errors import Code, VerificationError
from overt_verify.files import read_file
from overt_verify.note import VerifierKey

_KEY_LIMIT = 4096


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


def _is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except (OSError, ValueError):
        return False
