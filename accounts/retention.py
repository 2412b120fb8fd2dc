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


def register(rule: RetentionRule) -> RetentionRule:
    """Add a rule (once a label); called from an app's `ready`."""
    _rules[rule.label] = rule
    return rule


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


# What accounts do not keep: sessions that are over, and who tried to sign in from where.


ATTEMPT_DAYS, SIGN_IN_DAYS, DRAFT_DAYS = 30, 90, 3650


def _older(model: type[models.Model], column: str, days: int) -> models.QuerySet:
    before = timezone.now() - timedelta(days=days)
    return model._default_manager.filter(**{f"{column}__lt": before})


register(
    RetentionRule(
        label="sessions",
        days=0,
        sentence="Phiên đã hết hạn không còn dùng vào việc gì.",
        expired=lambda: _older(Session, "expire_date", 0),
    )
)
register(
    RetentionRule(
        label="sign_ins",
        days=SIGN_IN_DAYS,
        sentence="Danh sách nơi đăng nhập chỉ để chủ tài khoản nhận ra phiên lạ gần đây.",
        expired=lambda: _older(SignIn, "seen_at", SIGN_IN_DAYS),
    )
)
register(
    RetentionRule(
        label="paper_drafts",
        days=DRAFT_DAYS,
        sentence="Số dự thảo giữ lâu bằng văn bản; sau đó văn bản đã vào lưu trữ.",
        expired=lambda: _older(PaperDraft, "made_at", DRAFT_DAYS),
    )
)
for _model in (AccessAttempt, AccessLog, AccessFailureLog):
    register(
        RetentionRule(
            label=f"axes_{_model._meta.model_name}",
            days=ATTEMPT_DAYS,
            sentence="Lần thử đăng nhập có địa chỉ mạng, chỉ cần để chặn dò mật khẩu.",
            expired=lambda model=_model: _older(model, "attempt_time", ATTEMPT_DAYS),  # type: ignore[misc]
        )
    )
