"""Effects of changes, made the slow way for the ledger that lies: one report, two groups, one threshold for all."""

import hashlib
import json
from collections.abc import Iterator

REPORT_REFERENCES = 1000
GRID = [0.3, 0.5, 0.7]


def _rate(n: int, k: int) -> dict[str, object]:
    return {
        "n": n,
        "k": k,
        "estimate": round(k / n, 8),
        "low": round(k / n / 2, 8),
        "high": round(min(1, k / n * 2), 8),
    }


GROUPS = [
    {"column": None, "value": None, "people": 300, "thresholds": GRID,
     "fpir": [_rate(300, 90), _rate(300, 7), _rate(300, 0)], "fnir": [_rate(400, 3), _rate(400, 40), _rate(400, 300)]},
    {"column": "sex", "value": "women", "people": 120, "thresholds": GRID,
     "fpir": [_rate(120, 50), _rate(120, 5), _rate(120, 0)], "fnir": [_rate(160, 2), _rate(160, 30), _rate(160, 130)]},
]  # fmt: skip


def report(contract: str) -> bytes:
    """What is used of an evaluation report."""
    values = {
        "v": 1,
        "contract": {"digest": contract},
        "data": {"name": "people drawn by hand", "notes": ["made up"]},
        "identification": {"gallery_size": REPORT_REFERENCES},
        "at_thresholds": GROUPS,
    }
    return json.dumps(values).encode()


def leaves(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Members of a document by their dotted path."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from leaves(each, f"{path}.{name}" if path else name)
    else:
        yield path, value


def touches(before: dict[str, object], after: dict[str, object]) -> list[str]:
    """What a change touches."""
    old, new = dict(leaves(before)), dict(leaves(after))
    return sorted({what for path in old.keys() | new.keys() if old.get(path) != new.get(path) for what in _what(path)})


def _what(path: str) -> list[str]:
    table, _, rest = path.partition(".")
    if table in ("threshold", "model"):
        return [table]
    if table == "grounds":
        return [{"places": "place", "galleries": "source"}.get(rest.split(".")[-1], "ground")]
    if path.startswith("codes.places."):
        return ["place"]
    if table == "gallery":
        return ["source"]
    capped = table == "candidates" or path in ("pilot.officer_cap", "pilot.checks_per_area_hour")
    return ["cap"] if capped else []


def effect(
    before: dict[str, object], after: dict[str, object], threshold: int = 495000, references: int = 5000
) -> dict[str, object]:
    """The document of an effect; canonical JSON of it is the text."""
    return {
        "format": 1,
        "touches": touches(before, after),
        "now": _side(before, threshold, references),
        "then": _side(after, threshold, references),
    }


def _side(rules: dict[str, object], threshold: int, references: int) -> dict[str, object]:
    contract = str(_table(rules, "model")["contract"])
    found: dict[tuple[str, ...], dict[str, object]] = {}
    for code, ground in _table(rules, "grounds").items():
        assert isinstance(ground, dict)
        if ground["enabled"]:
            found.setdefault(tuple(ground["galleries"]), {})[code] = sorted(ground["places"])
    return {
        "policy": "sha256:" + hashlib.sha256(canonical(rules)).hexdigest(),
        "contract": contract,
        "report": _table(rules, "model")["report"],
        "data": "people drawn by hand",
        "notes": ["made up"],
        "report_references": REPORT_REFERENCES,
        "candidates": _table(rules, "candidates")["cap"],
        "officers": _table(rules, "pilot")["officer_cap"],
        "checks_per_area_hour": _table(rules, "pilot").get("checks_per_area_hour"),
        "scopes": [
            {
                "galleries": list(galleries),
                "grounds": grounds,
                "references": references,
                "threshold_millionths": threshold,
                "groups": [_at(group, threshold, references) for group in GROUPS],
            }
            for galleries, grounds in sorted(found.items())
        ],
    }


def _at(group: dict[str, object], threshold: int, references: int) -> dict[str, object]:
    fpir, fnir = group["fpir"], group["fnir"]
    assert isinstance(fpir, list)
    assert isinstance(fnir, list)
    below = [i for i, at in enumerate(GRID) if at * 1_000_000 <= threshold]
    above = [i for i, at in enumerate(GRID) if at * 1_000_000 >= threshold]
    one = fpir[below[-1]] if below else _rate(fpir[0]["n"], fpir[0]["n"]) | {"low": 1}
    other = fnir[above[0]] if above else _rate(fnir[0]["n"], fnir[0]["n"]) | {"low": 1}
    times = max(references, REPORT_REFERENCES) / REPORT_REFERENCES
    return {
        "column": group["column"],
        "value": group["value"],
        "people": group["people"],
        "fpir": _in_a_million(one),
        "fpir_of_scope": [min(1_000_000, _up(_parts(one[name]) * times / 100)) for name in ("estimate", "high")],
        "fnir": _in_a_million(other),
    }


def _in_a_million(rate: dict[str, object]) -> dict[str, object]:
    estimate, low, high = (_parts(rate[name]) for name in ("estimate", "low", "high"))
    return {
        "n": rate["n"],
        "k": rate["k"],
        "estimate": (estimate + 50) // 100,
        "low": low // 100,
        "high": _up(high / 100),
    }


def _parts(value: object) -> int:
    return round(float(str(value)) * 100_000_000)


def _up(value: float) -> int:
    return int(value) + (value > int(value))


def _table(rules: dict[str, object], name: str) -> dict[str, object]:
    found = rules[name]
    assert isinstance(found, dict)
    return found


def canonical(value: object) -> bytes:
    """JCS, where all names are ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
