"""Tips: what came in, who may see it, what was said, what became of it."""

from reports.chat.models import ChatReply
from reports.clocks.models import ClockRule, TipClock
from reports.proposals.models import ConflictProposal
from reports.tips.models import TipReport
from reports.tips.numbers import RegisterEntry, TipCounter
from reports.triage.models import Diversion, Referral
from reports.vault.draft_models import TipDraft
from reports.vault.models import IdentityOpening, PassedOnDays, Reporter, SealedText, TipAttachment
from reports.vault.proof_models import OpeningProof
from reports.work.models import CannedReply, TipConflict, TipEvent, TipHelper, TipMessage
