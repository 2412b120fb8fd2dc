"""Guard of the vault: reads session and account anew, counts openings, raises alarms.

Runs in the vault alone.
"""

import logging
import threading
import time
from collections import defaultdict, deque
from collections.abc import Collection, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest
from django.utils import timezone

from accounts.alarms import raise_alarm
from accounts.alarms.kinds import AlarmKind
from accounts.models import User
from accounts.quarters import quarter
from accounts.sign_in import second_factor, sessions
from accounts.vault import log
from accounts.vault.calls import Call
from accounts.vault.errors import ForgedCall, LimitOfAll, ProofMisused, VaultRefused
from accounts.vault.operations import MOST_ROWS, NOT_UNDERSTOOD, Operation
from accounts.workflow.declaration import NotAllowed

logger = logging.getLogger(__name__)

HOUR_S: Final = 3600.0
NOBODY: Final = "một lời gọi không có phiên đăng nhập"
REFUSALS: Final = 10  # of one account in an hour, after which somebody is told
UNLOGGED_A_LETTER: Final = 5  # calls of one kind without a line that are usual for each letter


class LimitReached(VaultRefused):
    """The account has opened as much as one may in an hour."""


class Window:
    """Moments of the last hour, by account or what else is counted.

    The vault is one process, so this is all there is; `accounts.vault.recall` fills it at the
    start.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._moments: dict[Hashable, deque[float]] = defaultdict(deque)

    def add(self, of: Hashable, count: int, *, most: int) -> int:
        """Count `count` more, unless that would be more than `most` within the hour; returns how
        many they are then, or 0."""
        with self._lock:
            row, now = self._moments[of], time.monotonic()
            while row and now - row[0] > HOUR_S:
                row.popleft()
            if len(row) + count > most:
                return 0
            row.extend([now] * count)
            return len(row)

    def restore(self, of: Hashable, count: int, age_s: float) -> None:
        """Count what was counted so many seconds ago; the oldest first."""
        with self._lock:
            self._moments[of].extend([time.monotonic() - age_s] * count)

    def forget(self, of: Hashable = None) -> None:
        """Count from nothing; of one alone where it is named."""
        with self._lock:
            if of is None:
                self._moments.clear()
            else:
                self._moments.pop(of, None)


class Distinct:
    """Things of the last hour, each counted once, by account."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._moments: dict[Hashable, dict[Hashable, float]] = defaultdict(dict)

    def add(self, of: Hashable, thing: Hashable, *, most: int) -> int:
        """Count a thing unless that would be more than `most` within the hour: how many they are
        then, or 0; negative where it was counted before."""
        with self._lock:
            row = self._of_hour(of)
            if thing in row:
                return -len(row)
            if len(row) >= most:
                return 0
            row[thing] = time.monotonic()
            return len(row)

    def restore(self, of: Hashable, thing: Hashable, age_s: float) -> None:
        """Count what was counted so many seconds ago; the oldest first."""
        with self._lock:
            self._moments[of].setdefault(thing, time.monotonic() - age_s)

    def room(self, of: Hashable, things: Collection[Hashable], *, most: int) -> int:
        """The number of things that could be counted beside these; negative where these do not
        fit."""
        with self._lock:
            row = self._of_hour(of)
            return most - len(row) - sum(thing not in row for thing in things)

    def _of_hour(self, of: Hashable) -> dict[Hashable, float]:
        row, now = self._moments[of], time.monotonic()
        while row and now - next(iter(row.values())) > HOUR_S:
            del row[next(iter(row))]
        return row

    def forget(self) -> None:
        with self._lock:
            self._moments.clear()


openings, refusals, tips = Window(), Window(), Distinct()
looks, receipts = Window(), Distinct()
together, _unlogged, _alarmed = Window(), Window(), Window()
OPENINGS: Final = "mọi tài khoản cộng lại mở danh tính"
LETTERS: Final = "lời gửi người báo tin qua Zalo"
TIPS: Final = "mọi tài khoản cộng lại mở phản ánh"
RECEIPTS: Final = "phản ánh được xem bằng mã biên nhận"
LOOKS_AT_ONE: Final = 40


def forget() -> None:
    """Count from nothing, as after a restart."""
    for window in (openings, refusals, tips, looks, receipts, together, _unlogged, _alarmed):
        window.forget()


def _count_together(what: str, count: int, *, most: int) -> None:
    """Count what everybody does together; people are told at half of `most`. Raises LimitOfAll."""
    _check_together(what, together.add(what, count, most=most), count, most=most)


def count_receipt(tip: Hashable) -> None:
    """Count a look at a tip whose receipt was proved: each tip once among those of the hour, so
    that one receipt takes the place of no other. Raises VaultRefused, LimitOfAll."""
    if not looks.add(tip, 1, most=LOOKS_AT_ONE):
        raise VaultRefused("Mã này vừa được xem nhiều lần. Bà con thử lại sau một giờ.")
    most = settings.VAULT_RECEIPTS_AN_HOUR
    if (seen := receipts.add(RECEIPTS, tip, most=most)) >= 0:
        _check_together(RECEIPTS, seen, 1, most=most)


def _check_together(what: str, made: int, count: int, *, most: int) -> None:
    if not made:
        _tell_once(f"{what} đã tới mức cho phép nên phần còn lại phải đợi")
        raise LimitOfAll
    if made * 2 >= most > (made - count) * 2:
        _tell_once(f"{what} đã tới nửa mức cho phép")


def _count_unlogged(one: Operation) -> None:
    """Tell people of a burst of calls that leave no line; what both sides ask opens nothing."""
    most = UNLOGGED_A_LETTER * settings.VAULT_LETTERS_AN_HOUR
    if one.caller != "any" and not _unlogged.add(one.name, 1, most=most):
        _tell_once(f"kho bị hỏi hơn {most} lần về một việc không ghi nhật ký")


def _tell_once(what: str) -> None:
    if _alarmed.add(what, 1, most=1):
        _tell(AlarmKind.VAULT_BUSY, what)


@dataclass
class Watch:
    """One call, from the moment it came."""

    call: Call
    details: dict[str, Any] = field(default_factory=dict)
    is_logged: bool = True
    is_to_the_second: bool = True
    begun: int = 0  # the line that told of the act before it was done
    page: "PageCount | None" = None

    def admit(self, one: Operation, question: Mapping[str, Any]) -> Call:
        """The call with its account, in the log before it is done. Raises ForgedCall,
        LimitReached, LimitOfAll; OSError where nothing can be written."""
        self.call, self.is_logged = replace(self.call, operation=one.name), one.is_logged
        self.is_to_the_second = one.needs_session
        if one.subject:
            self.details["subject"] = str(question["arguments"].get(one.subject, ""))[:100]
        if one.marks:
            given = question["arguments"]
            self.details["mark"] = log.mark_of(*(given.get(name) for name in one.marks))
        if not one.takes(question["arguments"]):
            raise ForgedCall(NOT_UNDERSTOOD)
        if "any" not in (self.call.caller, one.caller) and self.call.caller != one.caller:
            raise ForgedCall("Việc này không được gọi từ đây.")
        if one.needs_session or question["session"]:
            user = account_of(question["session"])
            if user is None and one.needs_session:
                raise ForgedCall("Phiên đăng nhập đã hết. Hãy đăng nhập lại.")
            self.call = replace(self.call, user=user)
        most = settings.VAULT_OPENINGS_AN_HOUR
        account = self.call.user
        if one.opens and account and not openings.add(account.pk, one.opens, most=most):
            raise LimitReached(
                f"Tài khoản này đã mở {most} lần trong một giờ. Hãy đợi, hoặc nhờ chỉ huy xem cảnh "
                "báo."
            )
        if one.opens and account:
            most = settings.VAULT_OPENINGS_TOGETHER_AN_HOUR
            _count_together(OPENINGS, one.opens, most=most)
        if one.letters:
            _count_together(LETTERS, one.letters, most=settings.VAULT_LETTERS_AN_HOUR)
        if one.is_page:
            self.page, self.is_logged = PageCount(self), False
            self.call = replace(self.call, page=self.page)
        elif self.is_logged:
            self.begun = _write(self, "begun")
        else:
            _count_unlogged(one)
        return self.call


@dataclass
class PageCount:
    """Account, tips and lines of a page that is answered.

    It is in the log once it opens something, or as a form of an account is sent.
    """

    watch: Watch
    most: int | None = MOST_ROWS
    is_public: bool = False
    opened: set[Hashable] = field(default_factory=set)
    refusal: VaultRefused | None = None

    def is_of(self, view: str, *, most: int | None, is_public: bool) -> None:
        self.watch.details["view"] = view
        self.most, self.is_public = most, is_public

    def begin(self, user: User | None, *, changes: bool) -> None:
        self.watch.call = replace(self.watch.call, user=user)
        self.watch.is_to_the_second = user is not None
        if changes and user is not None:
            self._log()

    def count(self, subject: Hashable, *, is_match: bool = False) -> None:
        if self.watch.call.user is None and not self.is_public:
            raise self._refuse(ForgedCall("Phiên đăng nhập đã hết. Hãy đăng nhập lại."))
        self._log()
        if is_match or subject in self.opened:
            return
        if self.most is not None and len(self.opened) >= self.most:
            raise self._refuse(VaultRefused(f"Mỗi lần chỉ mở được {self.most} phản ánh."))
        try:
            self._count_in_hour(subject)
        except VaultRefused as refusal:
            raise self._refuse(refusal) from None
        self.opened.add(subject)

    def require_room(self, subjects: Collection[Hashable]) -> None:
        user, most = self.watch.call.user, settings.VAULT_TIPS_AN_HOUR
        if user is not None and tips.room(user.pk, subjects, most=most) < 0:
            left = tips.room(user.pk, (), most=most)
            raise VaultRefused(
                f"Khoảng này có {len(subjects)} phản ánh. Mỗi giờ mở được {most}, giờ "
                f"này còn {left}. Hãy chọn khoảng ngắn hơn, hoặc đợi."
            )

    def _count_in_hour(self, subject: Hashable) -> None:
        user, most = self.watch.call.user, settings.VAULT_TIPS_AN_HOUR
        if user is not None and not tips.add(user.pk, subject, most=most):
            raise LimitReached(
                f"Tài khoản này đã mở {most} phản ánh trong một giờ. Hãy đợi, hoặc nhờ chỉ huy xem "
                "cảnh báo."
            )
        of_all = settings.VAULT_TIPS_TOGETHER_AN_HOUR
        _check_together(TIPS, tips.add(TIPS, subject, most=of_all), 1, most=of_all)

    def _refuse(self, refusal: VaultRefused) -> VaultRefused:
        self.refusal = refusal
        return refusal

    def _log(self) -> None:
        if not self.watch.is_logged:
            self.watch.begun = _write(self.watch, "begun")
            self.watch.is_logged = True

    def end(self) -> None:
        """Raise what was refused meanwhile, whatever the page made of it."""
        if self.refusal is not None:
            raise self.refusal

    def in_line(self) -> dict[str, Any]:
        """The number of tips that were opened; which, of accounts alone."""
        found: dict[str, Any] = {"opened": len(self.opened)}
        if self.watch.call.user is not None:
            found["tips"] = sorted(self.opened, key=str)
        return found


def account_of(session_key: Any) -> User | None:
    """The account that is signed in with this session and owes nothing, read anew."""
    if not isinstance(session_key, str) or not session_key:
        return None
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    request.user = get_user(request)
    if not request.user.is_authenticated or request.user.must_change_password:
        return None
    if sessions.is_over(request) or second_factor.is_owed(request):
        return None
    return request.user


@contextmanager
def watched(call: Call) -> Iterator[Watch]:
    """Log a call whatever comes of it, and tell people of misuse."""
    watch = Watch(call)
    try:
        yield watch
        if watch.page is not None:
            watch.page.end()
    except ForgedCall as refusal:
        _write(watch, "forged", refusal)
        _tell(AlarmKind.VAULT_FORGED, watch.call.user)
        raise
    except LimitOfAll as refusal:  # people were told as it was counted
        _write(watch, "limit", refusal)
        raise
    except LimitReached as refusal:
        _write(watch, "limit", refusal)
        _tell(AlarmKind.VAULT_LIMIT, watch.call.user)
        raise
    except ProofMisused as refusal:
        _write(watch, "refused", refusal)
        _tell(AlarmKind.VAULT_PROOF, watch.call.user)
        raise
    except NotAllowed as refusal:
        _write(watch, "refused", refusal)
        user = watch.call.user
        if user is not None and not refusals.add(user.pk, 1, most=REFUSALS):
            _tell(AlarmKind.VAULT_REFUSED, user)
        raise
    except Exception as error:
        _write(watch, "failed", error)
        raise
    else:
        if watch.is_logged:
            _write(watch, "answered")


def _write(watch: Watch, outcome: str, error: Exception | None = None) -> int:
    """Write the line that a call begins, or how it ended: `of` is then the line of its begin.

    What workers ask follows what people write within seconds: such a line has the quarter of an
    hour alone.
    """
    account = watch.call.user
    more: dict[str, Any] = {"of": watch.begun} if watch.begun else {}
    if watch.page is not None and outcome != "begun":
        more |= watch.page.in_line()
    if not watch.is_to_the_second and outcome != "forged":
        more["at"] = quarter(timezone.now()).isoformat()
    return log.write(
        operation=watch.call.operation,
        caller=watch.call.caller,
        account=account.pk if account else None,
        outcome=outcome,
        error=type(error).__name__ if error else "",
        **more,
        **watch.details,
    )


def _tell(kind: AlarmKind, whom: User | str | None) -> None:
    try:
        raise_alarm(kind, whom or NOBODY)
    except Exception:
        logger.exception("an alarm of the vault was not raised")
