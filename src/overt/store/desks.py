"""The desks of an instance: a check's use cases with PostgreSQL, models and the shipped calibration behind them."""

import os
import time
from dataclasses import dataclass
from importlib import resources

from overt.candidates.calibration import CalibrationTable
from overt.candidates.table_json import from_json
from overt.encounter.desk import Desk, Surroundings
from overt.encounter.opening_desk import OpeningDesk
from overt.encounter.receipt_desk import ReceiptDesk
from overt.encounter.reveal_desk import RevealDesk
from overt.encounter.search_desk import SearchDesk
from overt.encounter.sign_off_desk import SignOffDesk
from overt.encounter.viewing_desk import ViewingDesk
from overt.errors import CalibrationRefused
from overt.store.instance import Instance
from overt.template.contract import TemplateContract


@dataclass(frozen=True, slots=True)
class Desks:
    """All steps of a check."""

    opening: OpeningDesk
    sign_offs: SignOffDesk
    check: Desk
    search: SearchDesk
    viewing: ViewingDesk
    reveal: RevealDesk
    receipts: ReceiptDesk


def desks_of(instance: Instance) -> Desks:
    """The desks of an opened instance."""
    around = Surroundings(draw=os.urandom, now=instance.clock, stopwatch=time.perf_counter)
    calibration = calibration_for(instance.pipeline.contract)
    desk = Desk(instance.policy, instance.book, instance.accounts, around)
    sign_offs = SignOffDesk(desk, instance.sessions, instance.sign_offs)
    reveal = RevealDesk(desk, instance.browser, calibration, instance.ledger.vkey, instance.viewing)
    return Desks(
        opening=OpeningDesk(desk, instance.sessions, sign_offs),
        sign_offs=sign_offs,
        check=desk,
        search=SearchDesk(desk, instance.pipeline, instance.index, calibration),
        viewing=ViewingDesk(desk, instance.browser, instance.viewing, instance.viewing),
        reveal=reveal,
        receipts=ReceiptDesk(desk, reveal, instance.receipt_links),
    )


def calibration_for(contract: TemplateContract) -> CalibrationTable:
    """The calibration table that is shipped for a template contract.

    Raises:
        CalibrationRefused: there is none, or it was made for another contract.
    """
    file = resources.files("overt.candidates") / "tables" / f"{contract.id}.json"
    try:
        data = file.read_bytes()
    except FileNotFoundError as error:
        raise CalibrationRefused("There is no calibration table for the model in use.") from error
    table = from_json(data)
    table.demand(contract.digest)
    return table
