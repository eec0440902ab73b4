"""The demonstration's contact sheet: what went in and what came out, as pictures, in HTML and PNG.

Rules:
* It stands outside the instance, which never holds a photograph that was searched with; its pictures are copied from
  the packages they came in.
* It says DEMONSTRATION, and that a candidate is not an identification.
"""

import html
import io
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

from overt.cli.demo.photographs import as_jpeg

_WIDTH, _ROW, _THUMB, _PAD = 1180, 190, 150, 20
_INK, _PAPER, _GREY, _BAND = (11, 12, 12), (255, 255, 255), (80, 90, 95), (255, 221, 0)
_TITLE = "Overt demonstration: what went in, and what came out"
_REMINDER = "A candidate is a lead, never an identification. The filler of the gallery is synthetic."


@dataclass(frozen=True, slots=True)
class Line:
    """One case: the photograph (None where none was taken), the candidate's enrolled photograph, and what was said."""

    title: str
    result: str
    probe: bytes | None = field(repr=False)
    reference: bytes | None = field(repr=False)


def write_sheet(lines: Sequence[Line], folder: Path) -> tuple[Path, Path]:
    """Write `contact-sheet.html` and `contact-sheet.png` into a folder; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    page, picture = folder / "contact-sheet.html", folder / "contact-sheet.png"
    page.write_text(_page(lines), encoding="utf-8")
    _picture(lines).save(picture)
    return page, picture


def _page(lines: Sequence[Line]) -> str:
    rows = "\n".join(
        f"<tr><th scope='row'>{html.escape(line.title)}</th>"
        f"<td>{_img(line.probe, 'The photograph that was taken')}</td>"
        f"<td>{_img(line.reference, 'The enrolled photograph of the candidate')}</td>"
        f"<td>{html.escape(line.result)}</td></tr>"
        for line in lines
    )
    style = (
        "body{font:18px/1.4 system-ui,sans-serif;margin:1rem;color:#0b0c0c}"
        "p.kind{background:#fd0;padding:.5rem;font-weight:700}"
        "table{border-collapse:collapse;width:100%}th,td{padding:.5rem;border-bottom:1px solid #b1b4b6;text-align:left}"
        "img{max-height:150px;max-width:100%}"
        "@media(max-width:600px){thead{display:none}tr,th,td{display:block;border:0}}"
    )
    return (
        f"<!doctype html><html lang='en'><head><meta charset='utf-8'><title>{_TITLE}</title>"
        f"<meta name='viewport' content='width=device-width,initial-scale=1'><style>{style}</style></head><body>"
        f"<p class='kind'>DEMONSTRATION</p><h1>{_TITLE}</h1><p>{_REMINDER}</p><table>"
        "<thead><tr><th scope='col'>Case</th><th scope='col'>Photograph taken</th>"
        "<th scope='col'>Candidate</th><th scope='col'>Answer</th></tr></thead>"
        f"<tbody>\n{rows}\n</tbody></table></body></html>\n"
    )


def _img(content: bytes | None, alt: str) -> str:
    if content is None:
        return "none"
    return f"<img alt='{alt}' src='data:image/jpeg;base64,{b64encode(as_jpeg(_thumb(content))).decode()}'>"


def _thumb(content: bytes) -> Image.Image:
    picture = ImageOps.exif_transpose(Image.open(io.BytesIO(content))).convert("RGB")
    picture.thumbnail((2 * _THUMB, _THUMB))
    return picture


def _picture(lines: Sequence[Line]) -> Image.Image:
    sheet = Image.new("RGB", (_WIDTH, 110 + _ROW * len(lines)), _PAPER)
    draw = ImageDraw.Draw(sheet)
    large, plain = ImageFont.load_default(26), ImageFont.load_default(19)
    draw.rectangle((0, 0, _WIDTH, 34), fill=_BAND)
    draw.text((_PAD, 5), "DEMONSTRATION", _INK, ImageFont.load_default(20))
    draw.text((_PAD, 42), _TITLE, _INK, large)
    draw.text((_PAD, 78), _REMINDER, _GREY, plain)
    for number, line in enumerate(lines):
        _draw_line(sheet, draw, 110 + _ROW * number, line)
    return sheet


def _draw_line(sheet: Image.Image, draw: ImageDraw.ImageDraw, top: int, line: Line) -> None:
    draw.line((_PAD, top, _WIDTH - _PAD, top), fill=(177, 180, 182))
    for column, content in enumerate((line.probe, line.reference)):
        if content is not None:
            sheet.paste(_thumb(content), (_PAD + column * 320, top + _PAD))
        else:
            draw.text(
                (_PAD + column * 320, top + _PAD),
                ("no photograph", "no candidate")[column],
                _GREY,
                ImageFont.load_default(17),
            )
    draw.text((660, top + _PAD), line.title, _INK, ImageFont.load_default(21))
    draw.multiline_text((660, top + 54), _wrapped(line.result, 52), _INK, ImageFont.load_default(18), spacing=6)


def _wrapped(text: str, width: int) -> str:
    lines, current = [], ""
    for word in text.split():
        if len(current) + len(word) + 1 > width and current:
            lines.append(current)
            current = word
        else:
            current = f"{current} {word}".strip()
    return "\n".join([*lines, current])
