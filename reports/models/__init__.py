"""Tips: what came in, who may see it, what was said, what became of it."""

from reports.models.chat import ChatReply
from reports.models.clocks import ClockRule, TipClock
from reports.models.passed_on import PassedOnDays
from reports.models.people import TipConflict, TipHelper
from reports.models.referrals import Diversion, Referral
from reports.models.sealed import IdentityOpening, Reporter, SealedText, TipAttachment
from reports.models.talk import CannedReply, TipEvent, TipMessage
from reports.models.tips import TipCounter, TipReport

__all__ = [
    "CannedReply",
    "ChatReply",
    "ClockRule",
    "Diversion",
    "IdentityOpening",
    "PassedOnDays",
    "Referral",
    "Reporter",
    "SealedText",
    "TipAttachment",
    "TipClock",
    "TipConflict",
    "TipCounter",
    "TipEvent",
    "TipHelper",
    "TipMessage",
    "TipReport",
]
