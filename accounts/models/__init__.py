"""All models of this app."""

from accounts.audit.models import AuditChain, AuditEvent
from accounts.communes.models import Commune, CommuneProfile, Holiday, place_name
from accounts.papers.models import PaperDraft
from accounts.sign_in.models import RecoveryCode, SecondFactor, SignIn
from accounts.users.models import User, UserManager
