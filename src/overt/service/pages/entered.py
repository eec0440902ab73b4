"""What somebody entered by hand, as a value: the time of something that happened, and a reference to something kept.

Rule: what is none is None, and asked for again where it was entered; what a value means is decided by the desks.
"""

from datetime import datetime, time, timedelta

from overt.encounter.closing import LONGEST_REFERENCE
from overt.service.forms import Form


def moment(form: Form, now: datetime) -> datetime | None:
    """Now, or the last time that the clock on the wall showed what was entered; None when nothing usable was."""
    if form.one("when") == "now":
        return now
    try:
        entered = time.fromisoformat(form.one("time"))
    except ValueError:
        return None
    here = now.astimezone()
    then = datetime.combine(here.date(), entered.replace(tzinfo=None)).astimezone()
    return then if then <= here else then - timedelta(days=1)


def reference(text: str) -> str | None:
    """A reference that an outcome may hold (`overt.encounter.closing`); None where the text cannot be one."""
    return text if text and len(text) <= LONGEST_REFERENCE and text.isprintable() else None
