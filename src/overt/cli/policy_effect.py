"""`overt policy effect`: what a change is expected to do to the error rates of each group, made and shown.

Rule: what is shown is the text itself, with nothing computed for the screen but percentages.
"""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from overt.candidates.effect import Change, effect_text, read_effect
from overt.candidates.report_rates import MOST_BYTES
from overt.cli.output import ANSWERED, Json, out, print_json
from overt.cli.signing import PolicyFile, policy_in, read_file, write_note
from overt.errors import EffectInvalid, UsageError
from overt.policy.change import differences
from overt.policy.effect import effect_digest, touched
from overt.store.instance import open_instance
from overt.store.policy_effects import HandedIn, evidence, kept_reports

ReportFiles = Annotated[
    list[Path] | None,
    typer.Option("--report", help="The report.json that the policy names, where it is not the shipped one.",
                 exists=True, dir_okay=False),
]  # fmt: skip
EffectFile = Annotated[
    Path | None,
    typer.Option("--effect", help="What the change does to the error rates, from `policy effect`.", exists=True,
                 dir_okay=False),
]  # fmt: skip
EffectOut = Annotated[Path, typer.Option("--out", help="Where the effect goes.", dir_okay=False)]


def effect(
    context: typer.Context, file: PolicyFile, to: EffectOut, report: ReportFiles = None, as_document: Json = False
) -> int:
    """Make the effect of a new policy on FPIR and FNIR of each group, to sign with it, and show it.

    Example: overt --instance force policy effect policy.toml --out effect.json
    """
    new = policy_in(read_file(file))
    with open_instance(context.obj) as instance:
        old = instance.policy
        change = Change(old, new, instance.sizes(old), instance.sizes(new))
        known = kept_reports(instance.engine, old, new)
    text = effect_text(change, evidence([*known, *read_reports(report)]))
    write_note(to, text)
    digest, touches = effect_digest(text), [each.value for each in touched(differences(old, new))]
    if as_document:
        print_json({"effect": str(to), "digest": digest, "touches": touches})
        return ANSWERED
    show(text)
    needed = "It is signed with the policy" if touches else "The change needs none; it may be signed with the policy"
    out.print(f"{needed}: overt policy sign {file} --effect {to}", soft_wrap=True, markup=False)
    return ANSWERED


def handed_in(effect: Path | None, reports: list[Path] | None) -> HandedIn:
    """What comes with a proposal, from files."""
    return HandedIn(read_file(effect) if effect is not None else None, read_reports(reports))


def show(text: bytes) -> None:
    """Show an effect to whoever is about to sign or to adopt it.

    Raises:
        EffectInvalid: it is not of the form that has something to show.
    """
    try:
        _show(read_effect(text))
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        raise EffectInvalid("The effect does not have what there is to show of one.") from None


def _show(document: Any) -> None:
    now, then = document["now"], document["then"]
    out.print(f"It touches: {', '.join(document['touches']) or 'nothing that has an effect'}.")
    _show_numbers(now, then)
    before = {tuple(scope["galleries"]): scope for scope in now["scopes"]}
    for scope in then["scopes"]:
        _show_scope(before.get(tuple(scope["galleries"])), scope)
    gone = before.keys() - {tuple(scope["galleries"]) for scope in then["scopes"]}
    for galleries in sorted(gone):
        out.print(f"No ground opens {' and '.join(galleries)} any more.")
    for side in [then] if now["report"] == then["report"] else [now, then]:
        out.print(f"From the report {side['report']} of {side['data']}:", soft_wrap=True, markup=False)
        for note in side["notes"]:
            out.print(f"  {note}", soft_wrap=True, markup=False)


def _show_numbers(now: Any, then: Any) -> None:
    for name, words in (("candidates", "candidates shown"), ("officers", "officers ever"),
                        ("checks_per_area_hour", "checks in an area and hour"), ("contract", "model")):  # fmt: skip
        if now[name] != then[name]:
            out.print(f"{words}: {now[name]} -> {then[name]}", soft_wrap=True, markup=False)


def _show_scope(before: Any, after: Any) -> None:
    old = before or {"grounds": {}, "groups": [], "references": 0, "threshold_millionths": None}
    for ground in sorted(old["grounds"].keys() | after["grounds"].keys()):
        was, will = old["grounds"].get(ground), after["grounds"].get(ground)
        if was != will:
            out.print(f"{ground}: {_places(was)} -> {_places(will)}", soft_wrap=True, markup=False)
    title = (
        f"{' and '.join(after['galleries'])}: {after['references']:,} references, threshold "
        f"{_threshold(old)} -> {_threshold(after)}"
    )
    table = Table("group", "people", "false candidates now", "then", "missed now", "then", title=title)
    rows = {(row["column"], row["value"]): row for row in old["groups"]}
    for row in after["groups"]:
        was = rows.get((row["column"], row["value"]))
        name = f"{row['column']} {row['value']}" if row["column"] else "everybody"
        table.add_row(name, f"{row['people']:,}", _fpir(was), _fpir(row), _fnir(was), _fnir(row))
    out.print(table)


def _threshold(scope: Any) -> str:
    return "none" if scope["threshold_millionths"] is None else f"{scope['threshold_millionths'] / 1e6:.3f}"


def _places(codes: list[str] | None) -> str:
    return "off" if codes is None else ", ".join(codes)


def _fpir(row: Any) -> str:
    """FPIR of the scope: the estimate, and the bound of its interval."""
    return f"{_percent(row['fpir_of_scope'][0])}, at most {_percent(row['fpir_of_scope'][1])}" if row else "-"


def _fnir(row: Any) -> str:
    if row is None:
        return "-"
    fnir = row["fnir"]
    return f"{_percent(fnir['estimate'])} ({_percent(fnir['low'])} to {_percent(fnir['high'])})"


def _percent(millionths: int) -> str:
    return f"{millionths / 10_000:.2f} %"


def read_reports(files: list[Path] | None) -> list[bytes]:
    return [_read_report(file) for file in files or ()]


def _read_report(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except OSError as problem:
        raise UsageError(f"{file} cannot be read: {problem.strerror}.") from None
