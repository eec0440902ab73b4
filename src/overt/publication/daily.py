"""What is done once a day and tried each minute: a day is closed and published, and what is past its date destroyed."""

from overt.publication.copy import Published, publish_copy
from overt.store.instance import Instance
from overt.store.retention import destroy_expired


def daily(instance: Instance) -> Published:
    """Do what is due; when nothing is, look and change nothing."""
    instance.renew()
    destroy_expired(instance.ledger, instance.policy.retention, instance.clock)
    return publish_copy(instance)
