from oversight.models.bodies import Body, BodyAccount, PartyOrganisation
from oversight.models.direction import Direction, DirectionEvent, DirectionReply
from oversight.models.documents import GuidingDocument
from oversight.models.plans import Milestone, MilestoneReport, Plan
from oversight.models.proposals import Proposal
from oversight.models.spreading import Spreading

__all__ = [
    "Body",
    "BodyAccount",
    "Direction",
    "DirectionEvent",
    "DirectionReply",
    "GuidingDocument",
    "Milestone",
    "MilestoneReport",
    "PartyOrganisation",
    "Plan",
    "Proposal",
    "Spreading",
]
