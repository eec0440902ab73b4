"""How a test starts Chromium: as a phone, with a film for a camera, a disk of its own and one address to reach.

Everything that the browser writes goes below `disk` of the phone's folder; the film lies beside it.
"""

import base64
import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import BrowserContext, Playwright, ViewportSize

from simulators.y4m import Film, write_y4m

CAMERA = "camera.y4m"
VIEWPORT: ViewportSize = {"width": 360, "height": 740}
FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-crash-reporter",
    "--disable-domain-reliability",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--use-fake-device-for-media-stream",
)


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What a phone is opened with.

    Args:
        address: scheme, host and port of the only server that it reaches; any host name is this machine.
        film: what the camera sees; none: there is no camera.
        camera_allowed: what the person answers when a page asks for the camera.
        scripts: whether pages may run scripts.
        dark: whether the phone is set to dark colours.
        trusted: pins of certificates that the phone trusts, its own or its authority's (`certificate_pin`).
        beside: names of further hosts, such as an attacker's; like the address's they are this machine.
    """

    address: str
    film: Film | None = None
    camera_allowed: bool = True
    scripts: bool = True
    dark: bool = False
    trusted: Sequence[str] = ()
    beside: Sequence[str] = ()


def launched(driver: Playwright, chromium: Path, setting: Setting, folder: Path) -> BrowserContext:
    """A new browser; its disk and camera are as an earlier one left them in that folder."""
    disk = folder / "disk"
    for name in ("home", "tmp"):
        (disk / name).mkdir(parents=True, exist_ok=True)
    return driver.chromium.launch_persistent_context(
        disk / "profile",
        executable_path=chromium,
        headless=True,
        chromium_sandbox=False,
        args=[*FLAGS, *_camera(setting, folder), *_network(setting)],
        env={**os.environ, "HOME": str(disk / "home"), "TMPDIR": str(disk / "tmp")},
        viewport=VIEWPORT,
        device_scale_factor=2,
        is_mobile=True,
        has_touch=True,
        reduced_motion="reduce",
        color_scheme="dark" if setting.dark else "light",
        java_script_enabled=setting.scripts,
        locale="en-GB",
        timezone_id="Europe/London",
    )


def _camera(setting: Setting, folder: Path) -> list[str]:
    answer = "--use-fake-ui-for-media-stream" + ("" if setting.camera_allowed else "=deny")
    if setting.film is None:
        return [answer, "--use-fake-device-for-media-stream=device-count=0"]
    if not (camera := folder / CAMERA).exists():
        write_y4m(setting.film, camera)
    return [answer, f"--use-file-for-fake-video-capture={camera}"]


def _network(setting: Setting) -> list[str]:
    reached = [f"MAP {host} 127.0.0.1" for host in (urlsplit(setting.address).hostname, *setting.beside)]
    rules = f"--host-resolver-rules={', '.join((*reached, 'MAP * ~NOTFOUND'))}"
    pins = [f"--ignore-certificate-errors-spki-list={','.join(setting.trusted)}"] if setting.trusted else []
    return [rules, *pins]


def certificate_pin(pem: bytes) -> str:
    """What `Setting.trusted` takes for a certificate: the digest of its public key."""
    key = x509.load_pem_x509_certificate(pem).public_key()
    written = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(written).digest()).decode()
