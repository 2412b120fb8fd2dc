"""Sessions of accounts: how long one lasts, who sees it, and how all of them end at once.

What a request is judged by lies in its session, under `MARK`: when it began, when a person last
did something, and whether the second step was passed. The rows of `SignIn` are for looking at.
Ending all sessions raises the account's `session_epoch`, to which every session is bound.
"""

import re
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.audit import services as audit
from accounts.sign_in.models import SecondFactor, SignIn
from accounts.sign_in.signals import sessions_ended
from accounts.users.models import User
from accounts.users.roles import has_role

MARK = "sign_in"
TOUCH_EVERY_S = 60
_BROWSERS = (
    ("Cốc Cốc", r"coc_coc"), ("Zalo", r"zalo"), ("Edge", r"edg"), ("Opera", r"opr/|opera"),
    ("Samsung Internet", r"samsungbrowser"), ("Firefox", r"firefox|fxios"),
    ("Chrome", r"chrome|crios|chromium"), ("Safari", r"safari"),
)  # fmt: skip
_SYSTEMS = (
    ("điện thoại Android", r"android.*mobile"), ("máy tính bảng Android", r"android"),
    ("iPhone", r"iphone"), ("iPad", r"ipad"), ("máy tính Windows", r"windows"),
    ("máy tính Mac", r"mac os|macintosh"), ("máy tính Linux", r"linux|x11"),
)  # fmt: skip


class SessionEnded(Exception):
    """The session of the request was ended while it was at work; a sentence for the person."""


def browser_words(user_agent: str) -> str:
    """`Chrome trên điện thoại Android`: enough to know one's own, too little to be traced by."""
    agent = user_agent.lower()
    browser = next((name for name, sign in _BROWSERS if re.search(sign, agent)), "")
    system = next((name for name, sign in _SYSTEMS if re.search(sign, agent)), "")
    if not browser:
        return system or "Không rõ"
    return f"{browser} trên {system}" if system else browser


def mark_of(request: HttpRequest) -> dict[str, Any]:
    """The sign-in data of this session; empty where there is none."""
    session = getattr(request, "session", None)
    return dict(session.get(MARK) or {}) if session is not None else {}


def write_mark(request: HttpRequest, **changes: Any) -> None:
    request.session[MARK] = mark_of(request) | changes


def begin(request: HttpRequest, user: User) -> SignIn:
    """Note a session that has just passed the password."""
    now = timezone.now()
    row = SignIn.objects.create(
        user=user,
        started_at=now,
        seen_at=now,
        browser=browser_words(request.META.get("HTTP_USER_AGENT", "")),
    )
    request.session[MARK] = {
        "id": row.pk,
        "at": now.timestamp(),
        "seen": now.timestamp(),
        "asks_second_step": _asks_second_step(user),
    }
    return row


def _asks_second_step(user: User) -> bool:
    """Whether the account has set one up, or the installation asks one of its role."""
    factor = SecondFactor.objects.filter(user=user).first() or SecondFactor(user=user)
    if factor.lost_at is not None or factor.is_set_up:
        return True
    roles = settings.SECOND_FACTOR_ROLES
    asked = bool(roles) and has_role(user, roles)
    return bool(settings.SECOND_FACTOR_REQUIRED and asked)


def is_over(request: HttpRequest) -> bool:
    """Whether the session of a signed-in account is too old, or was left alone for too long."""
    mark = mark_of(request)
    if "at" not in mark:
        return True
    now = timezone.now().timestamp()
    if now - mark["at"] > settings.SESSION_HOURS * 3600:
        return True
    is_idle = now - mark["seen"] > settings.SESSION_IDLE_MINUTES * 60
    return is_idle and request.user.has_perm("accounts.guarded_account")


def asks_by_itself(request: HttpRequest) -> bool:
    """Whether a page asks, and no person looks at the answer as one looks at a page that opens.

    Browsers say so of themselves over HTTPS alone; live pages say it anywhere.
    """
    return request.method == "GET" and (
        request.headers.get("Sec-Fetch-Dest") == "empty" or "X-Live" in request.headers
    )


def touch(request: HttpRequest) -> None:
    """Someone is at work: at most once a minute, and never for a page that asks by itself."""
    mark, now = mark_of(request), timezone.now()
    if asks_by_itself(request) or now.timestamp() - mark["seen"] < TOUCH_EVERY_S:
        return
    write_mark(request, seen=now.timestamp())
    SignIn.objects.filter(pk=mark["id"], started_at__lte=now).update(seen_at=now)


def finish(request: HttpRequest) -> None:
    """The session of this request is over: say so in its row."""
    SignIn.objects.filter(pk=mark_of(request).get("id", 0), ended_at=None).update(
        ended_at=timezone.now()
    )


@transaction.atomic
def expire(request: HttpRequest) -> None:
    """End a session that is over; the request goes on without an account."""
    finish(request)
    if request.user.is_authenticated:
        audit.record("account.session_expired", by=request.user, target=request.user)
    request.session.flush()
    request.user = AnonymousUser()


def lock_account(request: HttpRequest) -> User:
    """Lock the account of this request, read afresh; nobody ends its sessions meanwhile.

    Raises SessionEnded where that has happened since the request began: what its owner sets up now
    would outlive it.
    """
    rows = User.objects.select_for_update(of=("self",), no_key=True)
    user: User = rows.get(pk=request.user.pk)
    known = (request.user.session_epoch, request.user.password)  # type: ignore[union-attr]
    if known != (user.session_epoch, user.password):
        raise SessionEnded(
            "Tài khoản này vừa được thay đổi ở nơi khác nên phiên đã hết. Hãy đăng nhập lại."
        )
    return user


def open_of(user: User) -> "QuerySet[SignIn]":
    """The sessions of an account that may still be in use: neither too old nor left alone."""
    now = timezone.now()
    began = now - timedelta(hours=settings.SESSION_HOURS)
    rows: QuerySet[SignIn] = user.sign_ins.filter(ended_at=None, started_at__gt=began)
    if user.has_perm("accounts.guarded_account"):
        rows = rows.filter(seen_at__gt=now - timedelta(minutes=settings.SESSION_IDLE_MINUTES))
    return rows


@transaction.atomic
def end_all(user: User, *, keep: HttpRequest | None = None) -> int:
    """End every session of an account, but for the one of the request `keep`.

    Returns how many were open.
    """
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    user.refresh_from_db(fields=["session_epoch"])
    rows = open_of(user)
    if keep is not None:
        rows = rows.exclude(pk=mark_of(keep).get("id", 0))
        update_session_auth_hash(keep, user)
    else:
        sessions_ended.send(User, user=user)
    return rows.update(ended_at=timezone.now())


# Far more than sessions were ended in the time between a backup and its restore.
LOST_EPOCHS = 1_000


def end_everyones() -> None:
    """End the sessions of all accounts, also those bound to an epoch that a restore took back."""
    User.objects.update(session_epoch=F("session_epoch") + LOST_EPOCHS)
    SignIn.objects.filter(ended_at=None).update(ended_at=timezone.now())
