"""Downloads of the pages: pictures as files."""

from __future__ import annotations

from fastapi import Response

from pipeline.site.desk import View
from pipeline.site.errors import Refused


def as_picture(v: View, svg: str, kind: str, name: str) -> Response:
    """An SVG string as .svg, or as .png where resvg is installed; `name` is of our own making."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"', "Cache-Control": "no-cache"}
    if not svg:
        raise Refused(404, v.t("no_picture"))
    if kind == "svg":
        return Response(svg, media_type="image/svg+xml", headers=headers)
    if kind == "png":
        drawn = png_of(svg)
        if drawn is None:
            raise Refused(501, v.t("no_png"))
        return Response(drawn, media_type="image/png", headers=headers)
    raise Refused(404, v.t("no_picture"))


def png_of(svg: str) -> bytes | None:
    """Twice as large as drawn; None where the extra `pictures` is not installed."""
    try:
        import resvg_py
    except ImportError:
        return None
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, zoom=2))
