"""Which account may print the report of a body, and which may take it as a file."""

from typing import Any

from accounts.papers.letterheads import Issuer
from oversight.scopes import READ_TIPS

OF_POLICE = (READ_TIPS, "reports.print_register")
PRINT, TAKE = "accounts.print_party_report", "accounts.take_party_report"
MAY_PRINT = {Issuer.POLICE: OF_POLICE, Issuer.PARTY: (PRINT,), Issuer.COMMITTEE: (TAKE,)}
MAY_TAKE = {Issuer.POLICE: OF_POLICE, Issuer.PARTY: (TAKE,), Issuer.COMMITTEE: (TAKE,)}


def may_print(user: Any, issuer: Issuer) -> bool:
    return _may(user, issuer, MAY_PRINT)


def may_take(user: Any, issuer: Issuer) -> bool:
    return _may(user, issuer, MAY_TAKE)


def reads_for(user: Any, issuer: Issuer) -> bool:
    """Whether what this account is shown is what the body may issue.

    An account of the police sees every number of tips; a paper of a body outside must not have them
    (docs/decisions/0080).
    """
    return bool(user.has_perm(READ_TIPS)) is (issuer is Issuer.POLICE)


def _may(user: Any, issuer: Issuer, rights: dict[Issuer, tuple[str, ...]]) -> bool:
    return bool(user.has_perms(rights[issuer])) and reads_for(user, issuer)
