"""A paper, or the workbook that goes with it, as a download."""

from django.http import HttpResponse

from documents.building import build
from documents.content import Paper
from documents.word import WORD


def word_file(document: Paper, *, name: str) -> HttpResponse:
    """The Word file under a name of ours, kept by nobody on the way."""
    return handed_out(build(document), kind=WORD, name=f"{name}.docx")


def handed_out(content: bytes, *, kind: str, name: str) -> HttpResponse:
    """A file made for this reader, which no cache may keep and no browser may take for another."""
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
