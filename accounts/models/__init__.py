"""All models of this app."""

from accounts.alarms.models import Alarm
from accounts.audit.models import AuditChain, AuditEvent
from accounts.communes.models import Commune, CommuneProfile, Holiday, place_name
from accounts.encryption.models import KeyCheck
from accounts.form_drafts.models import FormDraft, PendingUpload
from accounts.live.models import LiveMark
from accounts.papers.models import PaperDraft
from accounts.saved_filters.models import SavedFilter
from accounts.second_person.models import ChangeProposal, RetentionPeriod
from accounts.sign_in.models import Passkey, RecoveryCode, SecondFactor, SignIn
from accounts.system_health.models import HealthSnapshot
from accounts.users.models import User, UserManager
from accounts.vault.proofs.models import ProofKey
