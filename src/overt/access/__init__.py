"""Who may ask: people and roles, sessions, enrolled devices. Values and rules only; `overt.store` keeps them."""

from overt.access.devices import (
    SIMULATED_CAPTURE,
    CaptureNonce,
    CaptureProof,
    DeviceKey,
    Shutter,
    capture_message,
    verify_capture,
)
from overt.access.people import Officer, require
from overt.access.permissions import Permission, Role, may_be_joined, may_give, permissions_of
from overt.access.sessions import Session, hash_token

__all__ = [
    "SIMULATED_CAPTURE",
    "CaptureNonce",
    "CaptureProof",
    "DeviceKey",
    "Officer",
    "Permission",
    "Role",
    "Session",
    "Shutter",
    "capture_message",
    "hash_token",
    "may_be_joined",
    "may_give",
    "permissions_of",
    "require",
    "verify_capture",
]
