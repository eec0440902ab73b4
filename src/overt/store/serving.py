"""How an instance is served: its host name, port and certificate, remembered in `serving.json`.

Rules:
* The name is given once and stays: passkeys are bound to it, and so is the local root. Port and certificate may change.
* Without a certificate of the force the local root signs one; it is made when it is first needed.
* Nothing in the file is secret; of a key it holds the path.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509

from overt.errors import HostNameFixed, HostNameMissing, HostNameRefused
from overt.store.host_name import host_name
from overt.store.keys.certificates import ServerCertificate
from overt.store.keys.local_authority import LocalAuthority
from overt.store.keys.own_certificate import read_own_certificate

FILE = "serving.json"
FORMAT = 1
PORT = 8443
WARN_OWN, WARN_ROOT = timedelta(days=14), timedelta(days=365)
"""How long before its end the force's certificate, and the local root, are said to be not well."""


@dataclass(frozen=True, slots=True)
class OwnCertificate:
    """Where the force's own certificate and its key are; absolute paths."""

    certificate: Path
    key: Path


@dataclass(frozen=True, slots=True)
class Serving:
    """What is remembered; `own` is None where the local root signs."""

    name: str
    port: int
    own: OwnCertificate | None

    def write(self, instance: Path) -> None:
        """Write the file into the instance's folder; the old one stays until the new is whole."""
        own = {"certificate": str(self.own.certificate), "key": str(self.own.key)} if self.own else None
        values = {"format": FORMAT, "name": self.name, "port": self.port, "own": own}
        temporary = instance / f"{FILE}.tmp"
        temporary.write_text(json.dumps(values, indent=2) + "\n")
        temporary.replace(instance / FILE)

    @classmethod
    def read(cls, instance: Path) -> "Serving | None":
        """What is remembered in the instance's folder; None when it was never served under a name.

        Raises:
            HostNameMissing: the file is damaged.
        """
        try:
            values = json.loads((instance / FILE).read_text())
            own = values["own"] and OwnCertificate(Path(values["own"]["certificate"]), Path(values["own"]["key"]))
            known = cls(host_name(values["name"]), int(values["port"]), own) if values["format"] == FORMAT else None
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, AttributeError, HostNameRefused):
            known = None
        if known is None:
            raise HostNameMissing(f"{instance / FILE} cannot be read: remove it, and give the name again.")
        return known


def choose(known: Serving | None, name: str | None, port: int | None, own: OwnCertificate | None) -> Serving:
    """What is asked for, filled up by what is remembered.

    Raises:
        HostNameMissing: no name is remembered, and none was given.
        HostNameRefused: the name is not the DNS name of one host.
        HostNameFixed: another name is remembered.
    """
    if known is None:
        if name is None:
            raise HostNameMissing()
        return Serving(host_name(name), PORT if port is None else port, own)
    if name is not None and host_name(name) != known.name:
        raise HostNameFixed(f"This instance is served as {known.name}; passkeys and a local root belong to that name.")
    return Serving(known.name, known.port if port is None else port, own or known.own)


@dataclass(frozen=True, slots=True)
class Certificates:
    """Where the server's certificate comes from: `current()` gives it, renewed; `root` is what phones are given."""

    current: Callable[[], ServerCertificate]
    root: x509.Certificate | None


def certificates_of(serving: Serving, folder: Path, clock: Callable[[], datetime]) -> Certificates:
    """The certificates of an instance; a local root is made when there is none.

    Args:
        serving: how it is served.
        folder: where the local root's files are or will be.
        clock: the present moment.

    Raises:
        HostNameFixed: the local root is for another name.
        KeyFilesUnsafe, KeyDamaged: it is not kept safely, or is damaged.
    """
    if (own := serving.own) is not None:
        return Certificates(lambda: read_own_certificate(own.certificate, own.key, serving.name, clock()), None)
    authority = LocalAuthority.open_or_make(folder, serving.name, clock())
    return Certificates(lambda: authority.certificate(clock()), authority.root)


def state_of(serving: Serving, folder: Path, now: datetime) -> tuple[bool, str]:
    """Whether the certificates of an instance are well, and a sentence about them; nothing is made or renewed.

    Raises:
        CertificateRefused: the force's own cannot be used.
        KeyMissing, KeyFilesUnsafe, KeyDamaged: the local root is not there, not kept safely, or damaged.
    """
    if (own := serving.own) is not None:
        ends = read_own_certificate(own.certificate, own.key, serving.name, now).certificate.not_valid_after_utc
        return ends - now > WARN_OWN, f"for {serving.name}, of your own, until {ends:%Y-%m-%d}"
    authority = LocalAuthority.open(folder)
    found, ends = authority.present(), authority.signs_until
    server = f"until {found.certificate.not_valid_after_utc:%Y-%m-%d}, renewed when served" if found else "none yet"
    well = authority.name == serving.name and ends - now > WARN_ROOT
    return well, f"for {authority.name}, {server}; its local root until {ends:%Y-%m-%d}"
