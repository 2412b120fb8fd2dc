"""What the oversight of a commune keeps."""

from oversight.models.bodies import Body, BodyAccount, PartyOrganisation
from oversight.models.direction import Direction, DirectionEvent, DirectionReply
from oversight.models.documents import GuidingDocument
from oversight.models.plans import Milestone, MilestoneReport, Plan
from oversight.models.proposals import Proposal
from oversight.models.rollups import DirtySlice, FigureSlice, Subject
from oversight.models.spreading import Spreading
from oversight.models.summaries import PeriodSummary

__all__ = [
    "Body",
    "BodyAccount",
    "Direction",
    "DirectionEvent",
    "DirectionReply",
    "DirtySlice",
    "FigureSlice",
    "GuidingDocument",
    "Milestone",
    "MilestoneReport",
    "PartyOrganisation",
    "PeriodSummary",
    "Plan",
    "Proposal",
    "Spreading",
    "Subject",
]
