"""Replies that are no pages."""

from __future__ import annotations

from urllib.parse import quote

from starlette.responses import Response


def attachment(data: bytes, kind: str, name: str) -> Response:
    """A file to be kept, never shown as a page."""
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
    return Response(data, media_type=kind, headers=headers)


def spreadsheet(text: str, name: str) -> Response:
    """A table as a file, which spreadsheets open."""
    return attachment(text.encode(), "text/csv; charset=utf-8", name)
