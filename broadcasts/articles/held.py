"""Articles after a restore: on the page of the account, and on their way to the followers."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from accounts.workflow.services import lock, record
from broadcasts.articles import occasions
from broadcasts.articles.models import Article
from broadcasts.articles.publishing import HANDING_IN, NO_ANSWER, NO_WORD, SPREADING
from broadcasts.articles.settling import note_accepted
from zalo.hold import kinds
from zalo.hold.journal import Line
from zalo.hold.models import HeldRow

Status, Spread = Article.Status, Article.Spread
Decision, Finding = HeldRow.Decision, HeldRow.Finding
ENDED = (Status.PUBLISHED, Status.REMOVED, Status.CANCELLED, Status.UNCERTAIN)
HALF = Q(status=Status.PUBLISHING, zalo_token="")
HANDED_IN = Q(status=Status.PUBLISHING) & ~Q(zalo_token="")
CLOSED = "Có thể đã đăng trước khi dữ liệu được khôi phục nên khép lại, không đăng lần hai."


def _called(kind: str, lines: Sequence[Line]) -> set[int]:
    return {line.row_id for line in lines if line.kind == kind}


def _held(key: str, article: Article, due_at: datetime | None, called: set[int]) -> HeldRow:
    """A row for the journal to decide, if it knows one; else it counts as possibly sent."""
    return HeldRow(
        kind=key, row_id=article.pk, subject_id=article.pk, commune_id=article.commune_id,
        title=article.title, due_at=due_at,
        finding=Finding.UNKNOWN if article.pk in called else Finding.ATTEMPTED,
    )  # fmt: skip


class HeldArticles:
    """One article for the page of the account."""

    key = HANDING_IN
    label = "Bài viết OA"

    def open_rows(self, since: datetime, lines: Sequence[Line]) -> Iterator[HeldRow]:
        """Articles that were due or half handed in, and those that the journal alone knows."""
        held_at = kinds.held_since()
        if held_at is None:
            return
        called = _called(self.key, lines)
        due = Q(status=Status.APPROVED, next_attempt_at__lte=timezone.now())
        waiting = (due | HALF) & Q(approved_at__lte=held_at)
        known = Q(pk__in=called) & ~Q(status__in=ENDED) & ~HANDED_IN
        for article in Article.objects.filter(waiting | known).order_by("pk"):
            yield _held(self.key, article, article.handed_in_at or article.approved_at, called)

    def words(self, held: HeldRow) -> list[str]:
        return []

    def apply(self, held: HeldRow) -> None:
        """Write the decision. Its id is on Zalo's page alone: “Xem lại trên OA” finds it there.

        One that is not approved in these data is closed instead.
        """
        article = lock(Article(pk=held.row_id))
        is_approved = article.approved_hash == article.content_hash != ""
        is_half = article.status == Status.PUBLISHING and not article.zalo_token
        if article.status in ENDED or (article.status == Status.PUBLISHING and not is_half):
            return
        article.next_attempt_at = None
        match held.decision:
            case Decision.SEND if is_half or article.status == Status.APPROVED:
                article.status, article.next_attempt_at = Status.APPROVED, timezone.now()
            case Decision.SEND:
                return
            case Decision.SENT | Decision.UNCERTAIN if is_approved:
                article.status, article.error_text = Status.UNCERTAIN, NO_ANSWER
            case _:
                article.status, article.note = Status.CANCELLED, CLOSED
                if article.spread == Spread.WAITING:
                    article.spread, article.spread_due_at = Spread.CANCELLED, None
        article.save()
        record(article, "settled", by=held.decided_by, finding=held.get_decision_display())
        occasions.follow(article)


class HeldSpreads:
    """One article on its way to the followers."""

    key = SPREADING
    label = "Bài viết gửi tới người quan tâm"

    def open_rows(self, since: datetime, lines: Sequence[Line]) -> Iterator[HeldRow]:
        """Articles whose hour came, that were half sent, or of which the journal knows a call."""
        held_at = kinds.held_since()
        if held_at is None:
            return
        called = _called(self.key, lines)
        due = Q(spread=Spread.WAITING, spread_due_at__lte=timezone.now(), approved_at__lte=held_at)
        known = Q(pk__in=called, spread__in=[Spread.WAITING, Spread.FAILED])
        asked = due | known | Q(spread=Spread.SENDING)
        for article in Article.objects.filter(asked).order_by("pk"):
            yield _held(self.key, article, article.spread_due_at, called)

    def words(self, held: HeldRow) -> list[str]:
        return []

    def apply(self, held: HeldRow) -> None:
        """Write the decision; what is not clear is settled on the page of the article."""
        article, now = lock(Article(pk=held.row_id)), timezone.now()
        if article.spread not in (Spread.WAITING, Spread.SENDING, Spread.FAILED):
            return
        article.error_code = article.error_text = ""
        match held.decision:
            case Decision.SENT:
                note_accepted(article, held.due_at or now, "".join(held.message_ids[:1]))
            case Decision.UNCERTAIN:
                article.spread, article.claimed_at = Spread.UNCERTAIN, held.noted_at or now
                article.error_text = NO_WORD
            case Decision.SEND:
                article.spread, article.spread_due_at = Spread.WAITING, now
            case Decision.DROP:
                article.spread, article.spread_due_at = Spread.CANCELLED, None
        article.save()
        record(article, "settled", by=held.decided_by, finding=held.get_decision_display())


for key in (HANDING_IN, SPREADING):
    kinds.register(key, kinds.Journalled(Article.objects.all, "claimed_at"))
kinds.register_held(HeldArticles())
kinds.register_held(HeldSpreads())
