"""The moves of a check: a pure state machine. Each returns a `Move`: the new encounter and exactly one ledger entry.

Moves that exist::

    open_check             -> opened                          refused_opening: an entry, and no check
    record_notice             opened -> noticed               or ended: not understood, on an ordinary ground
    capture_refused           noticed -> noticed              counted; another photograph may be taken
    search_answered           noticed -> answered             needs the `Authority` that authorise_search gives
    record_comparison         answered -> compared            one judgement for each candidate, before any score
    reveal                    compared -> revealed
    decide                    revealed -> decided
    record_outcome            decided -> outcome-recorded     against the person: corroboration from before the act
    record_demographics       outcome-recorded -> demographics-recorded
    issue_receipt             demographics-recorded -> completed; ended -> ended
    end                       any open state -> ended         record_what_followed: after a declined photograph
    identity_established, give_owed_notice, correct, step_refused: no change of state

Moves that never exist:

* a search without an open check whose notice is recorded; a second search in one check; a search after its end;
* a change of a coded field once the check is open (a correction stands beside it, and only when no search can follow);
* a score, a rank or a strength before the comparison; a comparison changed after it was entered;
* an act against the person without corroboration; a decision that names somebody who was not shown;
* anything out of `completed` or `ended` that leads to another search; a move without a ledger entry, or with two.
"""

from overt.encounter.authorising import authorise_search, capture_refused, search_answered
from overt.encounter.closing import identity_established, record_demographics, record_outcome
from overt.encounter.ending import (
    Owed,
    OwedKind,
    correct,
    end,
    owed,
    record_what_followed,
    refusal_for_end,
    step_refused,
)
from overt.encounter.judging import decide, record_comparison, reveal, simulated_comparison
from overt.encounter.moves import Move
from overt.encounter.opening import give_owed_notice, open_check, record_notice, refused_opening
from overt.encounter.receipting import issue_receipt

__all__ = [
    "Move",
    "Owed",
    "OwedKind",
    "authorise_search",
    "capture_refused",
    "correct",
    "decide",
    "end",
    "give_owed_notice",
    "identity_established",
    "issue_receipt",
    "open_check",
    "owed",
    "record_comparison",
    "record_demographics",
    "record_notice",
    "record_outcome",
    "record_what_followed",
    "refusal_for_end",
    "refused_opening",
    "reveal",
    "search_answered",
    "simulated_comparison",
    "step_refused",
]
