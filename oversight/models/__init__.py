"""What the oversight of a commune keeps."""

from oversight.models.bodies import Body, BodyAccount, PartyOrganisation
from oversight.models.checklist import (
    ChecklistEvidence,
    ChecklistItem,
    SafetyChecklist,
    SafetyCriterion,
)
from oversight.models.commendation import (
    Achievement,
    Commendation,
    CommendationForm,
    EligibilityAnswer,
)
from oversight.models.direction import Direction, DirectionEvent, DirectionReply
from oversight.models.documents import GuidingDocument
from oversight.models.informants import InformantLink, ThankedMark
from oversight.models.plans import Milestone, MilestoneReport, Plan
from oversight.models.proposals import Proposal
from oversight.models.published import PublishedMonth, PublishedQuarter
from oversight.models.review import ReviewEvidence, ReviewHamlet, ReviewWriter, YearlyReview
from oversight.models.rollups import DirtySlice, FigureSlice, Subject
from oversight.models.spreading import Spreading
from oversight.models.summaries import PeriodSummary

__all__ = [
    "Achievement",
    "Body",
    "BodyAccount",
    "ChecklistEvidence",
    "ChecklistItem",
    "Commendation",
    "CommendationForm",
    "Direction",
    "DirectionEvent",
    "DirectionReply",
    "DirtySlice",
    "EligibilityAnswer",
    "FigureSlice",
    "GuidingDocument",
    "InformantLink",
    "Milestone",
    "MilestoneReport",
    "PartyOrganisation",
    "PeriodSummary",
    "Plan",
    "Proposal",
    "PublishedMonth",
    "PublishedQuarter",
    "ReviewEvidence",
    "ReviewHamlet",
    "ReviewWriter",
    "SafetyChecklist",
    "SafetyCriterion",
    "Spreading",
    "Subject",
    "ThankedMark",
    "YearlyReview",
]
