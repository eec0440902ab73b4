"""The words that may be used of an evaluation, as a lint: docs/words.md is the guide, this refuses what it refuses.

    python tools/wording.py FILE...         Markdown, HTML, JSON or text; status 1 where a word stands that should not

Rules:
* A paragraph is judged by itself. What is quoted as code (`like this`) is not said. A heading names what a text is of
  and claims nothing, so it may say "accuracy"; it may not say what no text may.
* Terms of ISO/IEC 19795-1 stand as a whole: "false match rate" is no claim that two people are one.
* Labels of the data are whoever wrote them; of a report, lint one that was made with plain labels.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path

TERMS = re.compile(r"\b(?:false|true)[ -](?:non-)?match(?:es)?\b", re.IGNORECASE)
"""Terms of comparing two images; nobody is a candidate there."""
_PROTOCOL = re.compile(r"ISO/IEC 19795|\bprotocol\b|\bopen set\b|\bF[NP]IR\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rule:
    """Words that are refused.

    Args:
        unless: what makes them right when it stands in the same paragraph.
    """

    words: re.Pattern[str]
    why: str
    unless: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """A word that stands where it should not, with the rule's reason."""

    word: str
    why: str


def _rule(words: str, why: str, unless: re.Pattern[str] | None = None) -> Rule:
    return Rule(re.compile(rf"\b(?:{words})\b", re.IGNORECASE), why, unless)


RULES = (
    _rule(
        r"un-?biased|bias-free|free (?:of|from) bias|no bias|without bias|debiased",
        "no evaluation shows that; say which rates differ, by how much, with intervals",
    ),
    _rule(
        r"fair|fairer|fairly|fairness|non-discriminatory",
        "a judgement about use, not a figure; say which rates differ, by how much",
    ),
    _rule(
        r"(?:mis)?match(?:e[sd]|ing)?|hits?|positive identification",
        "before a person has decided there is a candidate, or a reference",
    ),
    _rule(
        r"(?:in)?accura(?:cy|te|tely)",
        "a word for no figure; name the rate, or the protocol in the same paragraph",
        _PROTOCOL,
    ),
    _rule(r"error-free|infallible|flawless|foolproof|perfect(?:ly)?", "no rate is known to be 0"),
    _rule(
        r"equally well|the same for (?:all|every) groups?|regardless of (?:race|sex|gender|ethnicity|age)",
        "no difference shown is not no difference; say how many people it would take to show one",
    ),
)


def problems(text: str) -> list[Problem]:
    """What should not be said, in the order of the text."""
    return [problem for paragraph in _paragraphs(text) for problem in _problems(paragraph)]


def _problems(paragraph: str) -> Iterator[Problem]:
    said = TERMS.sub("", re.sub(r"`[^`]*`", "", paragraph))
    heading = paragraph.startswith("#")
    for rule in RULES:
        if rule.unless is None or not (heading or rule.unless.search(said)):
            yield from (Problem(found.group(), rule.why) for found in rule.words.finditer(said))


def _paragraphs(text: str) -> Iterator[str]:
    """Paragraphs, rows of tables, items of lists and lines of code, each for itself."""
    fence = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
    apart = re.sub(r"^(#+ .*)$", r"\n\1\n", fence.sub("", text), flags=re.MULTILINE)
    for block in re.split(r"\n\s*\n|\n(?=\s*[*\-|])", apart):
        if " ".join(block.split()):
            yield " ".join(block.split())


def said_in(path: Path) -> str:
    """What a file says to its reader; of HTML the text, with each element a paragraph of its own."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".html":
        return text
    shown = re.sub(r"<(style|script)\b.*?</\1>", "", text, flags=re.DOTALL | re.IGNORECASE)
    spoken = re.sub(r'<[^>]*?aria-label="([^"]*)"[^>]*>', r"\n\n\1\n\n", shown)
    return unescape(re.sub(r"</?(?:p|li|td|th|tr|h\d|figcaption|text|dt|dd|summary|div|title)\b[^>]*>", "\n\n", spoken))


def main(files: list[str]) -> int:
    """Print every problem; 1 where there is one."""
    found = [(file, problem) for file in files for problem in problems(said_in(Path(file)))]
    for file, problem in found:
        sys.stdout.write(f"{file}: {problem.word}: {problem.why}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
