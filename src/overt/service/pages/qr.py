"""QR codes for pages."""

import io

import segno
from markupsafe import Markup


def qr_svg(text: str) -> Markup:
    """A QR code as SVG for a page, dark on light whatever the scheme."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", scale=4, border=4, xmldecl=False, svgns=False, dark="#000", light="#fff", omitsize=True
    )
    return Markup(out.getvalue().decode())  # noqa: S704 - made of squares only
