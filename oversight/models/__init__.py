"""Models of oversight, re-exported from the features."""

from oversight.checklists.models import (
    ChecklistEvidence,
    ChecklistItem,
    SafetyChecklist,
    SafetyCriterion,
)
from oversight.commendations.models import (
    Achievement,
    Commendation,
    CommendationForm,
    EligibilityAnswer,
    InformantLink,
    ThankedMark,
)
from oversight.direction.models import (
    Direction,
    DirectionEvent,
    DirectionReply,
    Proposal,
    Spreading,
)
from oversight.direction.registers.models import (
    Body,
    BodyAccount,
    GuidingDocument,
    PartyOrganisation,
)
from oversight.direction.rounds.models import (
    AskedNumber,
    DirectionRound,
    RepliedNumber,
    RoundFile,
)
from oversight.figures.models import (
    DirtySlice,
    FigureSlice,
    PublishedMonth,
    PublishedQuarter,
    Subject,
)
from oversight.figures.month_ends.models import MonthEndCount
from oversight.indicators.models import Target
from oversight.jobs.models import Job, JobEvent
from oversight.plans.models import Milestone, MilestoneReport, Plan
from oversight.review.models import ReviewEvidence, ReviewHamlet, ReviewWriter, YearlyReview
from oversight.summaries.models import PeriodSummary
