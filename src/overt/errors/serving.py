"""What can be wrong with the address, the certificate or the local root under which an instance is served."""

from overt.errors.instance import InstanceRefusal
from overt.errors.tree import UsageError


class HostNameMissing(UsageError):
    code = "host_name_missing"
    message = "Phones reach this instance under a host name, and none was given yet."
    remedy = "Serve it with `--name overt.force.example`; the name is remembered."


class HostNameRefused(InstanceRefusal):
    code = "host_name_refused"
    status = 400
    rule = "operations: serving"
    message = "That is not the DNS name of one host."
    remedy = "Give a full name such as overt.force.example: letters, digits and hyphens, no address, no wildcard."


class HostNameFixed(InstanceRefusal):
    code = "host_name_fixed"
    status = 409
    rule = "operations: serving"
    message = "This instance is served under another name; passkeys and its local root belong to that name alone."
    remedy = (
        "Serve it under its own name. To begin anew under another, remove serving.json from the instance and the "
        "folder tls from its keys; then every phone needs the new root and every person a new passkey."
    )


class CertificateRefused(InstanceRefusal):
    code = "certificate_refused"
    rule = "operations: serving"
    message = "The certificate cannot be used for this instance."
    remedy = "Give a PEM chain for the host name, valid today, and its unencrypted key in a private file (0600)."


class LocalRootEnded(InstanceRefusal):
    code = "local_root_ended"
    rule = "operations: serving"
    message = "The local root is not valid today, so nothing can be signed under it."
    remedy = (
        "Correct the clock; or, when its ten years are over, remove the folder tls from the keys, serve again and put "
        "the new root on every phone."
    )
