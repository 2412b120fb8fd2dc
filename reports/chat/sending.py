"""Send answers through the chat, each at most once.

Free of charge or not at all: after the 48 hours in which Zalo takes answers for nothing the machine
sends none, and the officer reads how else to answer. The call log gets no number of a tip, for it
keeps the second of each call.
"""

from datetime import datetime
from typing import Any, ClassVar, Final

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts.vault import sealing
from accounts.vault.client import ask
from accounts.vault.errors import LimitOfAll, VaultAway, VaultFailed, VaultRefused
from accounts.vault.fields import blank
from accounts.workflow.services import lock
from reports.chat import answers, letters, texts
from reports.chat.letters import Obstacle
from reports.chat.models import ChatReply
from reports.tips import occasions
from reports.tips.models import TipReport
from reports.work import results
from reports.work.models import TipMessage
from zalo import services as zalo
from zalo.channels.base import Text
from zalo.channels.person import PERSON
from zalo.models import OfficialAccount
from zalo.outbox.outcomes import Outcome, Verdict, back_off
from zalo.outbox.rows import NOT_BEGUN, SHIFT, Letter, Message, Outbox

REFERENCE: Final = "answer"
WAITS_S: Final = (10, 20, 40, 60)
TOO_LATE: Final = (
    "Đã quá 48 giờ từ lần người báo tin nhắn nên máy không gửi qua Zalo nữa (có thể mất tiền hoặc "
    "Zalo không cho). Hãy trả lời bằng mã biên nhận hoặc điện thoại; họ nhắn lại thì lời này tự "
    "gửi."
)
NO_WAY: Final = (
    "Người này không để lại tài khoản Zalo để nhắn lại, hoặc đã rút đồng ý. Hãy trả lời bằng mã "
    "biên nhận hoặc điện thoại."
)
UNCLEAR: Final = (
    "Zalo không trả lời rõ nên chưa biết lời này đã tới chưa. Máy không tự gửi lại; hãy xem hộp "
    "tin trên trang quản lý OA rồi xác nhận."
)
NOT_CONNECTED: Final = Outcome(
    Verdict.QUEUED, "Xã chưa kết nối tài khoản Zalo OA nên lời này đang chờ.", wait_s=300
)
VAULT_AWAY: Final = Outcome(
    Verdict.QUEUED, "Kho niêm phong chưa trả lời nên lời này đang chờ.", wait_s=30, is_attempt=False
)
TOO_MANY: Final = Outcome(
    Verdict.QUEUED, "Trong một giờ qua đã gửi tới mức cho phép nên lời này đang chờ.", wait_s=300,
    is_attempt=False,
)  # fmt: skip
VAULT_FAILED: Final = (
    "Kho niêm phong không mở được lời này hoặc địa chỉ của nó. Máy không tự thử nữa; hãy báo quản "
    "trị kỹ thuật, và trả lời bằng mã biên nhận hoặc điện thoại."
)
VAULT_FAILED_WAITS_S: Final = (30, 60, 300, 600)  # after which the row is given up
CLOSED: Final = {
    Obstacle.NO_WAY: Outcome(Verdict.CLOSED, NO_WAY),
    Obstacle.TOO_LATE: Outcome(Verdict.CLOSED, TOO_LATE),
}
State = TipMessage.State


def send_due() -> int:
    """Send what waits; returns how many were tried. Entry point of the task."""
    tried = TalkAnswers().drain()
    return tried + Replies().drain(SHIFT - tried)


class _Answers[Row: (ChatReply, TipMessage)](Outbox[Row]):
    """The vault says whether a claimed answer may leave, and hands out its address with its words
    once its slot has come. While it is away all of them wait; one at which it breaks holds up no
    other."""

    channel, waits_s = PERSON, WAITS_S
    kind: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        self._withheld: set[int] = set()

    def _message(
        self, row: Row, account: OfficialAccount, *, is_urgent: bool = False
    ) -> Message | Outcome:
        try:
            found = self._ask("reports.prospect", row)
        except VaultFailed:
            return _not_opened(row)
        except VaultAway:
            return self._no_vault()
        except VaultRefused:
            return NOT_BEGUN
        if found["obstacle"]:
            return CLOSED[Obstacle(found["obstacle"])]
        return Message(
            account, lambda: self._letter(row), datetime.fromisoformat(found["heard_at"]),
            REFERENCE, lane="urgent" if is_urgent else "routine",
        )  # fmt: skip

    def _letter(self, row: Row) -> Letter | Outcome:
        try:
            found = self._ask("reports.letter", row)
        except VaultFailed:
            return _not_opened(row)
        except VaultAway:
            return self._no_vault()
        except LimitOfAll:
            self._is_over = True
            return TOO_MANY
        except VaultRefused:
            return NOT_BEGUN  # what changed meanwhile is told at the next try
        if found["is_withheld"]:
            self._withheld.add(row.pk)
        return Letter(found["to"], Text(found["text"]))

    def _ask(self, operation: str, row: Row) -> Any:
        until: Any = row.next_attempt_at  # set by the claim
        return ask(operation, kind=self.kind, row=row.pk, until=until.isoformat())

    def _no_vault(self) -> Outcome:
        self._is_over = True
        return VAULT_AWAY


class Replies(_Answers[ChatReply]):
    """Answers that belong to no talk: a row is deleted once sent; one that cannot leave stays some
    days as a number, without its person. The question behind it learns the outcome.
    """

    kind, waiting = letters.REPLY, ChatReply.State.WAITING
    related = ("account",)

    def rows(self) -> QuerySet[ChatReply]:
        return ChatReply.objects.all()

    def message(self, row: ChatReply) -> Message | Outcome:
        return self._message(row, row.account)

    def record(self, claimed: QuerySet[ChatReply], row: ChatReply, outcome: Outcome) -> None:
        found = claimed.select_for_update(of=("self",)).first()
        if found is None:
            return
        state = State(outcome.verdict)
        answers.note_outcome(found.question_id, state, is_withheld=row.pk in self._withheld)
        if state in (State.SENT, State.CLOSED):
            found.delete()
            return
        if state == State.QUEUED:
            found.state = ChatReply.State.WAITING
            found.next_attempt_at = outcome.next_at(timezone.now())
            found.attempts = _attempts(row, outcome)
        else:
            is_unclear = state == State.UNCERTAIN
            found.state = ChatReply.State.UNCERTAIN if is_unclear else ChatReply.State.FAILED
            found.zalo_user_id, found.tip, found.next_attempt_at = blank(), None, found.heard_at
            found.edition, found.question, found.offered = None, None, []
        found.save()


class TalkAnswers(_Answers[TipMessage]):
    """Answers in the talk of a tip: one at a time in each talk, in their order."""

    kind, waiting = letters.TALK, State.QUEUED
    related = ("tip__commune", "edition__procedure")

    def __init__(self) -> None:
        super().__init__()
        self._sources: dict[int, str] = {}

    def rows(self) -> QuerySet[TipMessage]:
        return TipMessage.objects.filter(via=TipMessage.Via.CHAT)

    def eligible(self, waiting: QuerySet[TipMessage]) -> QuerySet[TipMessage]:
        """Rows before which nothing of the same talk is still on its way."""
        earlier = self.rows().filter(
            tip=OuterRef("tip"), pk__lt=OuterRef("pk"), state__in=results.ON_THE_WAY
        )
        return waiting.filter(~Exists(earlier))

    def message(self, row: TipMessage) -> Message | Outcome:
        tip = row.tip
        if not answers.is_sendable(row):
            self._withheld.add(row.pk)
            if row.by_id is not None:
                return Outcome(Verdict.FAILED, answers.CHANGED)
        account = zalo.account_for(tip.commune_id)
        if account is None:
            return NOT_CONNECTED
        return self._message(row, account, is_urgent=tip.urgency == TipReport.Urgency.EMERGENCY)

    def _record(self, row: TipMessage, outcome: Outcome) -> None:
        # The vault is asked before the transaction of `record`. Without its hash a later answer of
        # the same words may be taken for proved by the echo of this one.
        self._sources[row.pk] = _source(row, outcome.message_id)
        super()._record(row, outcome)

    def record(self, claimed: QuerySet[TipMessage], row: TipMessage, outcome: Outcome) -> None:
        """Write the outcome, unless an echo of Zalo or the sweep was faster."""
        state, now = State(outcome.verdict), timezone.now()
        if row.is_result:
            lock(row.tip)  # before the message, as everywhere
        is_queued, is_withheld = state == State.QUEUED, row.pk in self._withheld
        is_written = claimed.update(
            state=state,
            error_text=(UNCLEAR if state == State.UNCERTAIN else outcome.sentence)[:300],
            next_attempt_at=outcome.next_at(now) if is_queued else None,
            attempts=_attempts(row, outcome),
            source=self._sources.pop(row.pk, ""),
            question=row.question_id if is_queued else None,
        )
        if not is_written:
            return
        row.state = state
        if is_withheld and row.by_id is None and not is_queued and sealing.can_seal():
            row.text = texts.NOT_NOW
            row.save(update_fields=["text"])  # the talk shows what was sent
        answers.note_outcome(row.question_id, state, is_withheld=is_withheld)
        if not is_queued:
            occasions.follow_answer(row)
        results.arrived(row, now)


def _not_opened(row: ChatReply | TipMessage) -> Outcome:
    """The outcome of a row at which the vault breaks: tried some times, then for a person."""
    if row.attempts > len(VAULT_FAILED_WAITS_S):
        return Outcome(Verdict.FAILED, VAULT_FAILED)
    wait_s = back_off(row.attempts - 1, VAULT_FAILED_WAITS_S)
    return Outcome(
        Verdict.QUEUED, "Kho niêm phong chưa mở được lời này, máy thử lại.", wait_s=wait_s
    )


def _attempts(row: ChatReply | TipMessage, outcome: Outcome) -> int:
    """The attempts of a claimed row; one that was none is not counted."""
    return row.attempts if outcome.is_attempt else max(0, row.attempts - 1)


def _source(row: TipMessage, message_id: str) -> str:
    """Return the hash that recognises the echo of an answer; blank where the vault gives none."""
    if not message_id:
        return ""
    try:
        return str(ask("reports.source", is_quick=True, row=row.pk, message_id=message_id))
    except (VaultAway, VaultRefused):
        return ""
