"""The library of procedures, the law behind it, and how people ask for it."""

from procedures.asking.models import Question, Synonym
from procedures.editions.models import MOST_WORDS, Edition, EditionEvent
from procedures.editions.parts import Citation, DossierItem, Fee, LegalText, TimeLimit
from procedures.library.models import Procedure, ProcedureArea
from procedures.searching.models import SearchForm, SearchTerm
