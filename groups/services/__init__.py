"""Verbs over the place and its groups; each checks who asks and raises NotAllowed."""

from accounts.services import NotAllowed
from groups.services.activation import activate, close, may_redirect, pause

__all__ = ["NotAllowed", "activate", "close", "may_redirect", "pause"]
