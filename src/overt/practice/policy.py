"""The policy of practice: the force's own, with the pilot's dates, caps, activation and witnesses out of the way.

Why that loosens nothing real: the copy goes to the desks of practice and to nobody else. Its digest is not that of the
policy in force, so a permission to search that was made under it is refused by the force's book (`search_answered`);
the template contract of practice is another, so the force's index refuses it too. It is made in memory when the service
starts, is signed by nobody and stored nowhere, and no command reads one.

Everything that an officer has to learn stays: codes, grounds, places, ages, powers, sign-offs, notices, corroboration.
"""

from dataclasses import replace
from datetime import date

from overt.identifiers import Digest
from overt.policy import Policy
from overt.policy.document import digest_of

NO_CAP = 2**31


def practice_policy(policy: Policy, contract: Digest) -> Policy:
    """The copy that practice goes by.

    Args:
        policy: the policy in force, whether its pilot has begun, goes on or has ended.
        contract: the template contract of practice.
    """
    text = f"practice\n{policy.canonical}"
    pilot = replace(policy.pilot, starts=date.min, ends=date.max, officer_cap=NO_CAP, checks_per_area_hour=NO_CAP)
    # Nothing of practice is on the record that witnesses confirm.
    witnesses = replace(policy.witnesses, known=())
    # A demonstration needs no published documents (`not_activated_because`), and that is all that the flag decides.
    return replace(
        policy,
        canonical=text,
        digest=digest_of(text),
        demonstration=True,
        pilot=pilot,
        witnesses=witnesses,
        model=replace(policy.model, contract=contract),
    )
