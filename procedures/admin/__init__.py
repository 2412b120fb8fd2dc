"""The library in the admin."""

from procedures.asking.admin import QuestionAdmin, SynonymAdmin
from procedures.editions.admin import EditionAdmin
from procedures.library.admin import LegalTextAdmin, ProcedureAdmin, ProcedureAreaAdmin

__all__ = [
    "EditionAdmin",
    "LegalTextAdmin",
    "ProcedureAdmin",
    "ProcedureAreaAdmin",
    "QuestionAdmin",
    "SynonymAdmin",
]
