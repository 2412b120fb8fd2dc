"""Whose data it is, who signs in, and what was done."""

from accounts.models.communes import Commune, CommuneProfile, Holiday, place_name
from accounts.models.drafts import PaperDraft
from accounts.models.sign_in import RecoveryCode, SecondFactor, SignIn
from accounts.models.trail import AuditChain, AuditEvent
from accounts.models.users import User, UserManager

__all__ = [
    "AuditChain",
    "AuditEvent",
    "Commune",
    "CommuneProfile",
    "Holiday",
    "PaperDraft",
    "RecoveryCode",
    "SecondFactor",
    "SignIn",
    "User",
    "UserManager",
    "place_name",
]
