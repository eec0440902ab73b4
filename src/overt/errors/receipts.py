"""Refusals that whoever opens a receipt by its link can meet; no officer has to be there."""

from overt.errors.encounter import EncounterRefusal


class ReceiptLinkUnknown(EncounterRefusal):
    code = "receipt_link_unknown"
    status = 404
    rule = "rules: receipt"
    message = "This link leads to no receipt."
    remedy = "Scan the code again. A receipt is destroyed after its time. You can complain without one."


class PinWrong(EncounterRefusal):
    code = "pin_wrong"
    rule = "rules: receipt"
    message = "The PIN is wrong."
    remedy = "It has six digits and was said to you when you got the receipt."


class ReceiptClosed(EncounterRefusal):
    code = "receipt_closed"
    rule = "rules: receipt"
    message = "Five wrong PINs were entered. What is behind the PIN stays closed."
    remedy = "Complain with the reference and the time. That needs no PIN."


class ReceiptLinkGone(EncounterRefusal):
    code = "receipt_link_gone"
    status = 409
    rule = "rules: receipt"
    message = "The link and its PIN were shown, and are not made again any more."
    remedy = "A complaint can be made without a receipt: place, time, the officer's number."
