"""What `overt evaluate` prints: the figures that most ask for, and what whoever runs it has to know of the input.

Rule: lines of a file are named, people are not.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from overt.cli.output import err, out, print_json
from overt.evaluation.evaluate import Evaluated
from overt.evaluation.folder import People
from overt.evaluation.report.document import document
from overt.evaluation.report.numbers import full, key_percent


def say(folder: Path, evaluated: Evaluated, people: People, remarks: Sequence[str], as_document: bool) -> None:
    """Print it.

    Args:
        remarks: of where the scores come from.
    """
    for line in (*_remarks(people), *remarks):
        err.print(line, soft_wrap=True, markup=False)
    whole = document(evaluated.evaluation)
    if as_document:
        shown = ("contract", "data", "fta", "identification", "verification")
        print_json({"out": str(folder.absolute()), **{member: _short(whole[member]) for member in shown}})
        return
    found = evaluated.evaluation.identification
    for key, rate in found.fnir_at_fpir.items():
        out.print(f"FNIR at FPIR {key_percent(key)}: {full(rate)}", soft_wrap=True, markup=False)
    out.print(f"Rank 1: {full(found.rank1)}", soft_wrap=True, markup=False)
    out.print(f"FTA: {full(evaluated.evaluation.fta.images)}", soft_wrap=True, markup=False)
    out.print(f"{found.draws} galleries of {found.gallery_size:,} references; intervals are 95 %, over people.")
    out.print(f"Report: {folder / 'report.html'}", soft_wrap=True, markup=False)


def _short(part: dict[str, Any]) -> dict[str, Any]:
    """A part of the document without its curves, which are in the file."""
    return {member: value for member, value in part.items() if member not in ("det", "cmc", "by_size")}


def _remarks(people: People) -> list[str]:
    """What whoever runs it has to know of the input; lines, and no names."""
    remarks = []
    if lines := people.left.label_lines:
        shown = ", ".join(map(str, lines[:10])) + (", ..." if len(lines) > 10 else "")
        remarks.append(f"Rows of the labels that are of nobody here: {len(lines)}, in lines {shown}.")
    if people.left.contradicted:
        remarks.append(f"Labels that two folders of one person contradict: {people.left.contradicted}; unknown here.")
    remarks += [
        f"{used.name}: {used.not_here} entries name nothing in this folder." for used in people.cleanup if used.not_here
    ]
    return remarks
