"""How long rows are kept: each app registers its rules, one command and one task apply them."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from billiard.exceptions import SoftTimeLimitExceeded
from django.contrib.sessions.models import Session
from django.db import InterfaceError, OperationalError, models
from django.utils import timezone

from accounts.papers.models import PaperDraft
from accounts.sign_in.models import SignIn

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class RetentionRule:
    """Rows older than `days` are removed; `expired()` gives them, `sentence` says why.

    With `act` they are not deleted but handed to it (blanked, for example); it returns how many.
    `prepare` runs before, where a clock has to be started first.
    """

    label: str
    days: int
    sentence: str
    expired: Callable[[], models.QuerySet]
    act: Callable[[models.QuerySet], int] | None = None
    prepare: Callable[[], object] | None = None

    def apply(self) -> int:
        """Remove what has expired; returns how many rows."""
        if self.prepare is not None:
            self.prepare()
        rows = self.expired()
        return self.act(rows) if self.act is not None else rows.delete()[0]


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


def purge_expired(*, dry_run: bool = False) -> dict[str, int]:
    """Remove what has expired; returns label → number of rows (that would be) removed.

    A rule that breaks holds up none of the others. Raises RulesFailed once all have had their turn.
    """
    counts: dict[str, int] = {}
    failed = []
    for rule in rules():
        try:
            counts[rule.label] = rule.expired().count() if dry_run else rule.apply()
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
for _model in (AccessAttempt, AccessLog, AccessFailureLog):
    _rule(
        f"axes_{_model._meta.model_name}", 30,
        "Lần thử đăng nhập có địa chỉ mạng, chỉ cần để chặn dò mật khẩu.", _model, "attempt_time",
    )  # fmt: skip
