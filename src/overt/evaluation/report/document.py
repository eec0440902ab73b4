"""An evaluation as the document `report.json`, in the form of spec/evaluation-report.md.

Rules:
* A rate is `{n, k, estimate, low, high}`; what may be infinite is null. Numbers have at most eight decimals, so that
  the file is readable and the same figures give the same bytes.
* Nothing in it names a person or a place on a disk.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any, Final

from overt.evaluation.densities import Densities
from overt.evaluation.figures import (
    AtThresholds,
    Behind,
    Composition,
    Curve,
    Differential,
    Fta,
    Group,
    GroupPair,
    Identification,
    Rate,
    Ratio,
    Strictest,
    Verification,
)
from overt.evaluation.report.limits import limits
from overt.evaluation.result import Evaluation

VERSION: Final = 1
GROUPS_AT: Final = "0.1"
"""The FPIR of everybody at which a group has the rates `fpir` and `fnir`; all others stand beside them."""
_DECIMALS: Final = 8

Json = dict[str, Any]


def document(evaluation: Evaluation) -> Json:
    """The document as JSON values."""
    about = evaluation.about
    return {
        "v": VERSION,
        "run": about.run,
        "software": about.software,
        "made_on": about.made_on.isoformat(),
        "contract": {
            "id": about.contract_id,
            "digest": about.contract,
            "dimension": about.dimension,
            "models": [asdict(model) for model in about.models],
        },
        "data": _data(evaluation),
        "protocol": _protocol(evaluation),
        "verification": _verification(evaluation.verification),
        "identification": _identification(evaluation.identification),
        "identification_all_images": _identification(evaluation.all_images),
        "fta": _fta(evaluation.fta, evaluation.fta_reasons),
        "groups": [_group(group) for group in evaluation.groups],
        "at_thresholds": [_at_thresholds(one) for one in evaluation.at_thresholds],
        "group_pairs": [_group_pair(one) for one in evaluation.group_pairs],
        "strictest": [_strictest(one) for one in evaluation.strictest],
        "compositions": [_composition(one) for one in evaluation.compositions],
        "differentials": [_differential(one) for one in evaluation.differentials],
        "densities": _densities(evaluation.densities),
        "limits": list(limits(evaluation)),
    }


def written(values: Json) -> bytes:
    """The document's bytes: readable JSON, members in the order of the specification."""
    return (json.dumps(values, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _data(evaluation: Evaluation) -> Json:
    material = evaluation.material
    left = asdict(material.left)
    return {
        "name": material.name,
        "people": material.people,
        "images": material.images,
        "people_with_several_images": material.several,
        "groups": list(material.columns),
        "notes": list(material.notes),
        "cleanup": [asdict(one) for one in material.cleanup],
        "left_out": {**left, "label_lines": len(left["label_lines"])},
    }


def _protocol(evaluation: Evaluation) -> Json:
    protocol = evaluation.protocol
    return {
        "open_set": True,
        "draws": protocol.draws,
        "enrolled_share": f"{protocol.share.numerator}/{protocol.share.denominator}",
        "most_mated_probes_a_person": protocol.mated,
        "most_non_mated_probes_a_person": protocol.non_mated,
        "seed": evaluation.about.seed,
        "confidence": 0.95,
        "resamples": evaluation.about.resamples,
    }


def _verification(found: Verification) -> Json:
    return {
        "mated": found.mated,
        "non_mated": found.non_mated,
        "tmr_at_fmr": _rates(found.tmr_at_fmr),
        "threshold_at_fmr": _numbers(found.threshold_at_fmr),
        "det": _curve(found.det),
    }


def _identification(found: Identification) -> Json:
    return {
        "draws": found.draws,
        "gallery_size": found.gallery_size,
        "mated": found.mated,
        "non_mated": found.non_mated,
        "rank1": _rate(found.rank1),
        "rank6": _rate(found.rank6),
        "fnir_at_fpir": _rates(found.fnir_at_fpir),
        "threshold_at_fpir": _numbers(found.threshold_at_fpir),
        "det": _curve(found.det),
        "cmc": _curve(found.cmc),
        "by_size": _curve(found.by_size),
    }


def _fta(found: Fta, reasons: Mapping[str, int]) -> Json:
    return {
        **_rate(found.images),
        "reasons": dict(sorted(reasons.items())),
        "fnir_counted": _rate(found.counted),
        "fnir_left_out": _rate(found.left_out),
    }


def _group(group: Group) -> Json:
    return {
        "column": group.column,
        "value": group.value,
        "people": group.people,
        "n": group.n,
        "at": GROUPS_AT,
        "fpir": _rate(group.fpir[GROUPS_AT]),
        "fnir": _rate(group.fnir[GROUPS_AT]),
        "fta": _rate(group.fta),
        "fpir_at_fpir": _rates(group.fpir),
        "fnir_at_fpir": _rates(group.fnir),
        "fmr_at_fmr": _rates(group.fmr),
        "fpir_behind_at_fpir": _behind(group.fpir_behind),
        "fnir_behind_at_fpir": _behind(group.fnir_behind),
    }


def _behind(found: Mapping[str, Behind]) -> Json:
    return {key: {"images": _rate(one.images), "people": _rate(one.people)} for key, one in found.items()}


def _at_thresholds(found: AtThresholds) -> Json:
    return {
        "column": found.column,
        "value": found.value,
        "people": found.people,
        "thresholds": [_number(one) for one in found.thresholds],
        "fpir": [_rate(one) for one in found.fpir],
        "fnir": [_rate(one) for one in found.fnir],
    }


def _group_pair(found: GroupPair) -> Json:
    return {"column": found.column, "one": found.one, "other": found.other, "fmr_at_fmr": _rates(found.fmr)}


def _strictest(found: Strictest) -> Json:
    return {
        "column": found.column,
        "fmr": found.fmr,
        "worst": found.worst,
        "threshold": _number(found.threshold),
        "tmr": _rate(found.tmr),
    }


def _composition(found: Composition) -> Json:
    """`fpir_at_fpir` is null where nothing was measured."""
    measured = {
        "only": _rates(found.only),
        "others": _rates(found.others),
        "mixture": _rates(found.mixture),
        "only_to_others": {key: _ratio(one) for key, one in found.only_to_others.items()},
    }
    return {
        "column": found.column,
        "value": found.value,
        "references": found.references,
        "fpir_at_fpir": None if found.reason else measured,
        "reason": found.reason,
    }


def _differential(found: Differential) -> Json:
    return {
        "column": found.column,
        "rate": found.rate,
        "worst": found.worst,
        "worst_to_mean": _ratio(found.worst_to_mean),
        "worst_to_best": _ratio(found.worst_to_best),
        "gini": _number(found.gini),
        "mape": _ratio(found.mape),
        "people_needed": found.people_needed,
    }


def _densities(found: Densities) -> Json:
    return {each.name: _curve(getattr(found, each.name)) for each in fields(found)}


def _rate(rate: Rate) -> Json:
    return {
        "n": rate.n,
        "k": rate.k,
        "estimate": _number(rate.estimate),
        "low": _number(rate.low),
        "high": _number(rate.high),
    }


def _rates(rates: Mapping[str, Rate]) -> Json:
    return {key: _rate(rate) for key, rate in rates.items()}


def _ratio(ratio: Ratio) -> Json:
    return {"estimate": _number(ratio.estimate), "low": _number(ratio.low), "high": _number(ratio.high)}


def _curve(curve: Curve) -> Json:
    return {each.name: [_number(value) for value in getattr(curve, each.name)] for each in fields(curve)}


def _numbers(values: Mapping[str, float]) -> Json:
    return {key: _number(value) for key, value in values.items()}


def _number(value: float) -> float | None:
    return round(float(value), _DECIMALS) if math.isfinite(value) else None
