"""Messages to one person who wrote to the account."""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Final

from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zalo.capabilities.services import in_family, used
from zalo.capabilities.states import Capability, may
from zalo.channels.base import Channel, ContactButton, Content, File, Picture, Text
from zalo.client.api import EndpointFamily, ZaloClient
from zalo.client.errors import ZaloRejected
from zalo.client.types import SentMessage
from zalo.followers import quota
from zalo.followers import services as followers
from zalo.followers.windows import Reach, Window, window
from zalo.official_accounts.models import OfficialAccount
from zalo.tokens import services as tokens

# Messages to one person: within the window that Zalo leaves, and never for money unasked.
#
# Unlike the sends into groups these read and write a few rows, so they keep out of transactions: no
# call is made inside one. Each makes at most one attempt, but for a quote that Zalo refused and for
# the other family of endpoints.


logger = logging.getLogger(__name__)

INVALID: Final = -201
CLOSED: Final = frozenset({-230, -232})
NOT_FOLLOWING: Final = -213

type Send = Callable[[ZaloClient, EndpointFamily], SentMessage]


class ZaloNotSent(ZaloRejected):
    """We did not ask Zalo, because it would have refused, or charged; `sentence` says why."""

    def __init__(self, sentence: str, *, code: int | None = None) -> None:
        self._sentence = sentence
        super().__init__("not sent", code=code)

    @property
    def sentence(self) -> str:
        return self._sentence

    @property
    def is_account_wide(self) -> bool:
        return False


class ZaloMayCost(ZaloNotSent):
    """The message could be charged: it leaves with `may_cost=True`, after a person's yes."""


def window_of(
    account: OfficialAccount, zalo_user_id: str, *, heard_at: datetime | None = None
) -> Window:
    """Whether one person can be answered now, and who pays."""
    row = followers.find(account, zalo_user_id)
    times = [at for at in (heard_at, row.last_interaction_at if row else None) if at is not None]
    return window(max(times, default=None), timezone.now())


def _open(
    account: OfficialAccount,
    zalo_user_id: str,
    heard_at: datetime | None,
    *,
    may_cost: bool,
    is_urgent: bool,
) -> None:
    """Return where a call would neither fail for a known reason nor cost money; else raise."""
    answer = may(account, Capability.PERSON_MESSAGES)
    if answer.is_no:
        raise ZaloNotSent(answer.sentence, code=answer.code)
    if window(heard_at, timezone.now()).reach is Reach.FREE:
        return  # whatever else is known of the person could only make it longer
    found = window_of(account, zalo_user_id, heard_at=heard_at)
    if found.reach is Reach.CLOSED:
        raise ZaloNotSent(found.sentence, code=-230)
    if found.reach is Reach.PAID and not may_cost:
        _ask_what_is_left(account)
        allowance = quota.may_send(account, timezone.now(), is_urgent=is_urgent)
        if not allowance.is_allowed:
            raise ZaloMayCost(allowance.sentence)


def _ask_what_is_left(account: OfficialAccount) -> None:
    """Before a message that could cost something, unless Zalo said so lately."""
    if quota.is_known(account, timezone.now()):
        return
    try:
        quota.refresh(account)
    except ZaloRejected:
        return  # it stays unknown, and a person must say yes


def _send(account: OfficialAccount, zalo_user_id: str, send: Send, reference: str) -> SentMessage:
    try:
        with used(account, Capability.PERSON_MESSAGES):
            sent = in_family(account, send, reference)
    except ZaloRejected as error:
        code = error.code
        if code is not None and (code in CLOSED or code == NOT_FOLLOWING):
            _keep(lambda: followers.note_refusal(account, zalo_user_id, code))
        raise
    left = sent.quota
    if left is not None:
        _keep(lambda: quota.record(account, left, timezone.now()))
    return sent


def _keep(write: Callable[[], None]) -> None:
    """Write down what an answer taught; that the message left must be told even without it."""
    with tokens.leaving_connection_as_found():
        try:
            write()
        except DatabaseError:
            logger.warning("what Zalo said of a message to a person was not kept")


def send(
    account: OfficialAccount,
    to: str,
    content: Content,
    *,
    heard_at: datetime | None = None,
    quoted_id: str = "",
    may_cost: bool = False,
    is_urgent: bool = False,
    reference: str = "",
) -> SentMessage:
    """Answer one person, perhaps quoting a message of theirs.

    `heard_at` is when they wrote what is answered, should that not have reached their row yet.
    Raises ZaloNotSent (closed window), ZaloMayCost (a person must say yes), and what the sends into
    groups raise; ZaloUncertain is never repeated by the machine. A quote that Zalo refuses as
    invalid (-201) is left out once, for then nothing was sent. What somebody shares by a
    ContactButton comes as the signal `contact_shared`; it is never sent for money.
    """
    if not isinstance(content, Text | Picture | File | ContactButton):
        raise TypeError(f"no person is sent a {type(content).__name__}")

    def post(client: ZaloClient, family: EndpointFamily, quote: str = "") -> SentMessage:
        match content:
            case Text():
                return client.send_text_to_user(to, content.text, family=family, quoted_id=quote)
            case Picture():
                return client.send_image_to_user(
                    to, content.attachment_id, content.caption, family=family
                )
            case File():
                return client.send_file_to_user(to, content.token, family=family)
            case ContactButton():
                return client.ask_contact_data(
                    to, title=content.title, subtitle=content.subtitle,
                    image_url=content.image_url, family=family,
                )  # fmt: skip

    may_cost = may_cost and not isinstance(content, ContactButton)
    _open(account, to, heard_at, may_cost=may_cost, is_urgent=is_urgent)
    try:
        return _send(account, to, partial(post, quote=quoted_id), reference)
    except ZaloRejected as error:
        if not quoted_id or error.code != INVALID:
            raise
        return _send(account, to, post, reference)


PERSON = Channel("person", _("Nhắn tin cho từng người"), send=send)
