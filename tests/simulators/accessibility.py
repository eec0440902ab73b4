"""What axe-core finds on a page. Its script comes in by the debugger, so that no page's policy has to allow it."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
_RUN = "() => axe.run(document, {resultTypes: ['violations']})"


@dataclass(frozen=True)
class Violation:
    """One rule that a page breaks.

    Args:
        impact: `minor`, `moderate`, `serious` or `critical`.
        elements: CSS selectors.
    """

    rule: str
    impact: str
    help: str
    elements: tuple[str, ...]


def violations(page: Page) -> tuple[Violation, ...]:
    """Every rule of axe-core that the page breaks as it stands."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    return tuple(
        Violation(
            found["id"],
            found["impact"],
            found["help"],
            tuple(" ".join(map(str, node["target"])) for node in found["nodes"]),
        )
        for found in page.evaluate(_RUN)["violations"]
    )


def serious_or_worse(found: Iterable[Violation]) -> tuple[Violation, ...]:
    """Those that keep somebody from using the page."""
    return tuple(each for each in found if each.impact in ("serious", "critical"))
