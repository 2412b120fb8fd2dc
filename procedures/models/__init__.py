"""The library of procedures, the law behind it, and how people ask for it."""

from procedures.models.asking import Question, Synonym
from procedures.models.editions import MOST_WORDS, Edition, EditionEvent
from procedures.models.law import Citation, LegalText
from procedures.models.library import Procedure, ProcedureArea
from procedures.models.parts import DossierItem, Fee, TimeLimit
from procedures.models.searching import SearchForm, SearchTerm

__all__ = [
    "MOST_WORDS",
    "Citation",
    "DossierItem",
    "Edition",
    "EditionEvent",
    "Fee",
    "LegalText",
    "Procedure",
    "ProcedureArea",
    "Question",
    "SearchForm",
    "SearchTerm",
    "Synonym",
    "TimeLimit",
]
