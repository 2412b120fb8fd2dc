"""A paper as a download."""

from django.http import HttpResponse

from accounts.papers.building import build
from accounts.papers.content import Paper
from accounts.papers.word import WORD


def word_file(paper: Paper, *, name: str) -> HttpResponse:
    """The Word file under a name of ours, kept by nobody on the way."""
    response = HttpResponse(build(paper), content_type=WORD)
    response["Content-Disposition"] = f'attachment; filename="{name}.docx"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
