"""How long rows are kept: each app registers its rules, one command and one task apply them."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from billiard.exceptions import SoftTimeLimitExceeded
from django.contrib.sessions.models import Session
from django.db import InterfaceError, OperationalError, models
from django.utils import timezone

from accounts.alarms.models import Alarm
from accounts.form_drafts.models import FormDraft, PendingUpload
from accounts.papers.models import PaperDraft
from accounts.sign_in.models import SignIn
from accounts.work_budget import UNLIMITED, WorkBudget

logger = logging.getLogger(__name__)

CHUNK: Final = 500


@dataclass(frozen=True)
class RetentionRule:
    """Rows older than `days` are removed; `expired()` gives them, `sentence` says why.

    `days` is a function where a second person confirms another number.
    They go a chunk at a time. With `act` they are not deleted but handed to it (blanked, for
    example); it returns how many. `prepare` runs before, where a clock has to be started first.
    """

    label: str
    days: int | Callable[[], int]
    sentence: str
    expired: Callable[[], models.QuerySet]
    act: Callable[[models.QuerySet], int] | None = None
    prepare: Callable[[], object] | None = None

    @property
    def days_in_force(self) -> int:
        """The days that rows are kept at this moment."""
        return self.days if isinstance(self.days, int) else self.days()

    def apply(self, budget: WorkBudget = UNLIMITED) -> int:
        """Remove what has expired, until the budget is spent; returns how many rows."""
        if self.prepare is not None:
            self.prepare()
        removed = 0
        expired = following = self.expired().order_by("pk")
        while numbers := list(following.values_list("pk", flat=True)[:CHUNK]):
            rows = expired.filter(pk__in=numbers)
            removed += self.act(rows) if self.act is not None else rows.delete()[0]
            if budget.is_spent:
                break
            following = expired.filter(pk__gt=numbers[-1])
        return removed


_rules: dict[str, RetentionRule] = {}


def register(*rules: RetentionRule) -> None:
    """Add rules (once a label); called by modules that an app's `ready` imports."""
    _rules.update({rule.label: rule for rule in rules})


def rules() -> list[RetentionRule]:
    """All rules, in order of their labels."""
    return [_rules[label] for label in sorted(_rules)]


class RulesFailed(Exception):
    """Some rules could not be applied; `counts` says what the others removed."""

    def __init__(self, labels: list[str], counts: dict[str, int]) -> None:
        super().__init__(labels, counts)
        self.labels, self.counts = labels, counts

    def __str__(self) -> str:
        return f"retention rules failed: {', '.join(self.labels)}"


def purge_expired(*, dry_run: bool = False, budget: WorkBudget = UNLIMITED) -> dict[str, int]:
    """Remove what has expired; returns label → number of rows (that would be) removed.

    A rule that breaks holds up none of the others. A spent budget leaves the rest to another call.
    Raises RulesFailed after the last rule that was applied.
    """
    counts: dict[str, int] = {}
    failed = []
    for rule in rules():
        if budget.is_spent:
            break
        try:
            counts[rule.label] = rule.expired().count() if dry_run else rule.apply(budget)
        except (OperationalError, InterfaceError, SoftTimeLimitExceeded):
            raise
        except Exception:
            logger.exception("retention rule %s failed", rule.label)
            failed.append(rule.label)
    if failed:
        raise RulesFailed(failed, counts)
    return counts


# Rules of this app.


def _rule(label: str, days: int, sentence: str, model: type[models.Model], column: str) -> None:
    def expired() -> models.QuerySet:
        before = timezone.now() - timedelta(days=days)
        return model._default_manager.filter(**{f"{column}__lt": before})

    register(RetentionRule(label, days, sentence, expired))


_rule("sessions", 0, "Phiên đã hết hạn không còn dùng vào việc gì.", Session, "expire_date")
_rule(
    "sign_ins", 90, "Danh sách nơi đăng nhập chỉ để chủ tài khoản nhận ra phiên lạ gần đây.",
    SignIn, "seen_at",
)  # fmt: skip
_rule(
    "paper_drafts", 3650, "Số dự thảo giữ lâu bằng văn bản; sau đó văn bản đã vào lưu trữ.",
    PaperDraft, "made_at",
)  # fmt: skip
_rule(
    "alarms", 365, "Ai đã xác nhận còn trong nhật ký; danh sách chỉ để xem lại gần đây.",
    Alarm, "last_at",
)  # fmt: skip
_rule(
    "form_drafts", 7, "Bản nháp tự lưu chỉ để viết tiếp khi mất phiên hoặc đổi máy.",
    FormDraft, "updated_at",
)  # fmt: skip
_rule(
    "pending_uploads", 1, "Tệp của biểu mẫu bị từ chối chỉ chờ lần gửi lại trong ngày.",
    PendingUpload, "made_at",
)  # fmt: skip
for _model in (AccessAttempt, AccessLog, AccessFailureLog):
    _rule(
        f"axes_{_model._meta.model_name}", 30,
        "Lần thử đăng nhập có địa chỉ mạng, chỉ cần để chặn dò mật khẩu.", _model, "attempt_time",
    )  # fmt: skip
