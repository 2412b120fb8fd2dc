"""Asking Zalo, by harmless calls only, what an account may do."""

from collections.abc import Callable
from functools import partial

from zalo import call_log
from zalo.capabilities import Capability
from zalo.client import EndpointFamily, ZaloClient
from zalo.errors import ZaloConsentRequired, ZaloError, ZaloRetryable, ZaloWrongEndpoint
from zalo.models import OfficialAccount
from zalo.services.calling import call, update
from zalo.services.families import family_of, other_than
from zalo.services.learning import learn
from zalo.types import UserPage

REFERENCE = "probe"


def probe(account: OfficialAccount, *, is_asked: bool = False) -> dict[Capability, int | None]:
    """Ask for groups, followers and articles, and keep the answers on the account.

    Returns what Zalo said of each (0: yes). A question that could not be asked leaves what was
    known. `is_asked`: a person pressed the button, so refusals met in use are forgotten too.
    Raises ZaloConsentRequired, since then every question would have that answer.
    """
    found: dict[Capability, int | None] = {}
    try:
        found[Capability.GROUPS] = _code(account, lambda client: client.group_assets())
        found[Capability.FOLLOWERS] = _followers(account)
        found[Capability.ARTICLES] = _code(account, lambda client: client.articles(0, 1))
        if found[Capability.ARTICLES]:  # what cannot be made cannot be broadcast
            found[Capability.BROADCAST] = found[Capability.ARTICLES]
    finally:
        call_log.flush()
        learn(account, found, is_asked=is_asked)
    return found


def _followers(account: OfficialAccount) -> int | None:
    """Ask for one follower, by the other family too where Zalo says that this one is wrong."""
    known = account.users_family
    unknown = OfficialAccount.EndpointFamily.UNKNOWN
    family = family_of(account) if known == unknown else EndpointFamily(known)
    code = None
    for tried in (family, other_than(family)):
        try:
            call(account, partial(_one_follower, family=tried), REFERENCE, is_question=True)
        except ZaloWrongEndpoint as error:
            code = error.code
            continue
        except ZaloConsentRequired:
            raise
        except ZaloError as error:
            return _meaning(error)
        if account.users_family != tried:
            update(account, users_family=tried.value)
        return 0
    return code


def _one_follower(client: ZaloClient, *, family: EndpointFamily) -> UserPage:
    return client.followers(0, 1, family=family)


def _code(account: OfficialAccount, do: Callable[[ZaloClient], object]) -> int | None:
    try:
        call(account, do, REFERENCE, is_question=True)
    except ZaloConsentRequired:
        raise
    except ZaloError as error:
        return _meaning(error)
    return 0


def _meaning(error: ZaloError) -> int | None:
    """A number that says something of the account; none for what passes by itself."""
    return None if isinstance(error, ZaloRetryable) else error.code
