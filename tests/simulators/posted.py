"""What somebody may post to a form of the pages: answers on its list, near it, hostile, again and again; or no form.

Strategies for Hypothesis. What was put into a text to be taken for markup begins with `overt-planted`.
"""

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs, quote_plus

import httpx
from hypothesis import strategies as st

from simulators.hostile import Elements
from simulators.routes import Form

Pairs = list[tuple[str, str]]
Offered = Mapping[str, Sequence[str]]
"""Field to the answers that its page offers."""

ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
HOSTILE = st.builds("{}<overt-planted {}>'\"overt-planted={}".format, ANY, ANY, ANY)
NUMBERS = st.sampled_from(["0", "00", "1", "31", "-1", " 7", "1_0", "2100", "0000", "10000", "\u0661", "\u00b2", "1e3"])
TIMES = st.sampled_from(["00:00", "23:59", "24:00", "T12", "12:00+05:00", "12:00:00.5", "\u0661\u0662:00", "-1:00"])
TEXTS = HOSTILE | ANY | NUMBERS | TIMES | st.sampled_from(["", "now", "yes", "9" * 5000])
NAMES = st.sampled_from(["when", "day", "csrf", "__class__"]) | ANY


def near(code: str) -> st.SearchStrategy[str]:
    """A code, and texts that somebody might take for it."""
    odd = [code.upper(), f"{code}\u200b", f"{code}:A", f"{code}:Z", f"{code}:", code[:-1], f"\t{code} ", f"{code}\0"]
    return st.sampled_from([code, code, *odd])


@st.composite
def answers(draw: st.DrawFn, own: Form, offered: Offered) -> Pairs:
    """The fields of a form, of others or of none, with answers on the list or not, in any order and number.

    Args:
        own: the form's fields as they are properly sent.
        offered: those of them that have a list.
    """
    listed = [each for codes in offered.values() for each in codes]
    value = (st.sampled_from(listed).flatmap(near) | TEXTS) if listed else TEXTS
    name = st.sampled_from([*own, *offered]) | NAMES if own or offered else NAMES
    mostly = st.integers(0, 4)
    proper: Pairs = [(each, draw(st.sampled_from(codes))) for each, codes in offered.items() if draw(mostly)]
    free = [each for each in own if each not in offered and draw(mostly)]
    proper += [(each, str(own[each]) if draw(mostly) else draw(TEXTS)) for each in free]
    more = draw(st.lists(st.tuples(name, value), max_size=4))
    return draw(st.permutations([*proper, *more]))


@st.composite
def bodies(draw: st.DrawFn, own: Form, offered: Offered) -> bytes:
    """The bytes of such a form; now and then some of them are others, or all."""
    body = encoded(draw(answers(own, offered)))
    if draw(st.integers(0, 4)):
        return body
    at = draw(st.integers(0, len(body)))
    return body[:at] + draw(st.binary(max_size=40)) + body[draw(st.integers(at, len(body))) :]


def encoded(pairs: Pairs) -> bytes:
    """Url-encoded, in this order."""
    return "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in pairs).encode()


def all_of(body: bytes, name: str) -> list[str]:
    """The answers that a body gives to a question, without the spaces around them."""
    found = parse_qs(body.decode(errors="replace"), keep_blank_values=True).get(name, [])
    return [each.strip() for each in found]


def first(body: bytes, name: str) -> str:
    """The answer that counts where there is one: the first; empty when there is none."""
    return next(iter(all_of(body, name)), "")


def nothing_planted(response: httpx.Response) -> Elements:
    """The page's elements. What was posted stands among them as text, if at all.

    Raises:
        AssertionError: some of it became an element or an attribute, or would run.
    """
    page = Elements(response.text)
    assert page.runs() == []
    assert not any(tag.startswith("overt-") for tag, _ in page.elements)
    assert not any(name.startswith("overt-") for _, said in page.elements for name in said)
    return page
