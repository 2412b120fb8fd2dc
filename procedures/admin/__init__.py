"""The library in the admin."""

from procedures.admin.areas import ProcedureAdmin, ProcedureAreaAdmin
from procedures.admin.editions import EditionAdmin
from procedures.admin.law import LegalTextAdmin
from procedures.admin.questions import QuestionAdmin
from procedures.admin.synonyms import SynonymAdmin

__all__ = [
    "EditionAdmin",
    "LegalTextAdmin",
    "ProcedureAdmin",
    "ProcedureAreaAdmin",
    "QuestionAdmin",
    "SynonymAdmin",
]
