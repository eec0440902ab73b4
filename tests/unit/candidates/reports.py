"""Evaluation reports for tests: what is used of one, with made-up numbers."""

import json
from typing import Any

from overt.identifiers import Digest

GRID = [0.3, 0.45, 0.6, 0.75]


def rate(n: int, k: int, low: float, high: float) -> dict[str, Any]:
    return {"n": n, "k": k, "estimate": round(k / n, 8), "low": low, "high": high}


def report(contract: Digest, **members: Any) -> dict[str, Any]:
    """A report's members that are used, and some that are not."""
    fpir = [rate(900, 300, 0.29, 0.37), rate(900, 31, 0.02, 0.05), rate(900, 1, 0.0001, 0.0062), rate(900, 0, 0, 0.004)]
    fnir = [rate(700, 7, 0.004, 0.02), rate(700, 40, 0.03, 0.08), rate(700, 230, 0.28, 0.38), rate(700, 690, 0.97, 1)]
    everybody = {
        "column": None, "value": None, "people": 500, "thresholds": GRID, "fpir": fpir, "fnir": fnir,
    }  # fmt: skip
    return {
        "v": 1,
        "contract": {"id": "x", "digest": contract},
        "data": {"name": "people drawn by hand", "notes": ["made up"]},
        "identification": {"gallery_size": 2000},
        "at_thresholds": [everybody, {**everybody, "column": "sex", "value": "F", "people": 200}],
        "not looked at": [1.5],
        **members,
    }


def written(values: Any) -> bytes:
    return json.dumps(values).encode()
