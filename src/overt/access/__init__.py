"""Who may ask: people and roles, sessions, enrolled devices, links. Values and rules only; `overt.store` keeps them.

Values and rules are imported from here. What is not: the desks (`sign_in_desk`, `joining_desk`, `people_desk`), what
they need from outside (`ports`), and `passkeys`, whose library would slow the start of every command that has no page.
Constants belong to their modules (`sessions.TOKEN_BYTES`, `invitations.GOOD_FOR`).
"""

from overt.access.device_sign_in import is_public_key, is_this_device, sign_in_message
from overt.access.devices import (
    SIMULATED_CAPTURE,
    CaptureNonce,
    CaptureProof,
    DeviceKey,
    Shutter,
    capture_message,
    verify_capture,
)
from overt.access.invitations import Invitation, InvitationKind
from overt.access.people import Officer, require
from overt.access.permissions import Permission, Role, may_be_joined, may_give, permissions_of
from overt.access.sessions import Session, hash_token

__all__ = [
    "SIMULATED_CAPTURE",
    "CaptureNonce",
    "CaptureProof",
    "DeviceKey",
    "Invitation",
    "InvitationKind",
    "Officer",
    "Permission",
    "Role",
    "Session",
    "Shutter",
    "capture_message",
    "hash_token",
    "is_public_key",
    "is_this_device",
    "may_be_joined",
    "may_give",
    "permissions_of",
    "require",
    "sign_in_message",
    "verify_capture",
]
