"""Summaries of a span: drafted, drafted anew, signed, read back, checked."""

from oversight.summaries.checking import check
from oversight.summaries.content import Unreadable
from oversight.summaries.papers import paper_of
from oversight.summaries.services import discard, draft, figures_of, redraft, sign, supersede

__all__ = [
    "Unreadable", "check", "discard", "draft", "figures_of", "paper_of", "redraft", "sign",
    "supersede",
]  # fmt: skip
