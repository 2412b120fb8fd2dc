"""The vault is away: what people write waits for it, and nothing waits behind them."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from accounts.encryption.services import DecryptionError
from accounts.users.roles import Role
from reports import tasks
from reports.chat import letters, sending
from reports.models import ChatReply, TipAttachment, TipMessage, TipReport
from reports.work import answers as work_answers
from tests.factories.accounts import make_user
from tests.reports.chat.conftest import USER
from tests.vaults import reporter_of
from tests.zalo.webhooks import body
from zalo.inbox import files
from zalo.inbox.interpreting import interpret_due
from zalo.models import Follower, GroupActivity, InboundFile, WebhookEvent

WORDS = "Tối nào cũng có người tụ tập đánh bạc sau quán nước."
ANSWER = "Cán bộ đã ghi nhận và sẽ đến xem."
State = TipMessage.State


@pytest.fixture
def vault(settings: Any, tmp_path: Any) -> Iterator[Any]:
    """`away()` and `back()`: nobody listens at the socket, or the vault is here again."""

    class Vault:
        @staticmethod
        def away() -> None:
            settings.VAULT_SOCKET = str(tmp_path / "nobody.sock")

        @staticmethod
        def back() -> None:
            settings.VAULT_SOCKET = ""

    yield Vault
    Vault.back()


@pytest.mark.django_db
def test_private_words_wait_and_everything_else_is_interpreted(chat, account, vault):
    vault.away()

    ends = chat.tell(
        chat.body(WORDS),
        body("follow", oa_id=account.oa_id, follower={"id": "7002"}),
        chat.body("Hết giờ rồi", at=chat.later(minutes=1)),
        body("user_withdraw", oa_id=account.oa_id, user_id="7003"),
        body("user_send_group_text", oa_id=account.oa_id, recipient={"id": "g-1"}),
    )

    assert ends == {"interpreted": 2}
    assert Follower.objects.count() == 1
    assert GroupActivity.objects.get().messages == 1
    assert not TipReport.objects.exists()
    waiting = WebhookEvent.objects.filter(state="new")
    assert sorted(waiting.values_list("event_name", flat=True)) == [
        "user_send_text", "user_send_text", "user_withdraw",
    ]  # fmt: skip
    assert set(waiting.values_list("attempts", flat=True)) == {0}

    vault.back()

    assert interpret_due() == {"interpreted": 3}
    tip = TipReport.objects.get()
    assert [row.text for row in tip.sealed_texts.order_by("pk")] == [WORDS, "Hết giờ rồi"]
    assert reporter_of(tip).zalo_user_id == USER


@pytest.mark.django_db
def test_two_chunks_of_waiting_words_hold_up_no_group(chat, account, vault):
    vault.away()
    private = [chat.body(f"Tin số {number}", user=f"80{number:02d}") for number in range(60)]
    chat.tell(*private)

    ends = chat.tell(body("follow", oa_id=account.oa_id, follower={"id": "7002"}))

    assert ends == {"interpreted": 1}
    vault.back()
    assert interpret_due() == {"interpreted": 60}
    assert TipReport.objects.count() == 60


@pytest.mark.django_db
def test_echo_and_unknown_kinds_of_private_words_wait_too(chat, account, vault):
    vault.away()

    ends = chat.tell(
        chat.body(name="oa_send_text", user="x"),
        chat.body("?", name="user_send_something_new"),
        chat.body("?", name="anonymous_send_text"),
    )

    assert ends == {}


@pytest.mark.django_db(transaction=True)
def test_answers_wait_without_an_attempt_and_leave_once(scene, commune, vault):
    scene.writes(WORDS, sends=False)
    scene.does("write", text="MÃ", sends=False)
    message = work_answers.answer(scene.tip, by=make_user(commune, Role.CHIEF), text=ANSWER)
    vault.away()

    sending.send_due()

    message.refresh_from_db()
    assert scene.heard() == []
    states = TipMessage.objects.filter(direction="out").values_list("state", flat=True)
    assert set(states) == {State.QUEUED}
    assert ChatReply.objects.get().state == "waiting"
    first = TipMessage.objects.filter(direction="out").order_by("pk")[0]
    assert first.error_text == "Kho niêm phong chưa trả lời nên lời này đang chờ."

    vault.back()
    TipMessage.objects.filter(state=State.QUEUED).update(next_attempt_at=timezone.now())
    ChatReply.objects.update(next_attempt_at=timezone.now())
    sending.send_due()
    sending.send_due()

    assert scene.heard().count(ANSWER) == 1
    assert len(scene.heard()) == 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("operation", ["prospect", "letter"])
def test_row_that_does_not_open_holds_up_no_other_and_ends(operation, scene, commune, monkeypatch):
    first = scene.writes(WORDS)
    chief = make_user(commune, Role.CHIEF)
    broken = work_answers.answer(first, by=chief, text="Lời thứ nhất.")
    scene.person = scene.state.add_person("Chú Tư", days_since_interaction=None)
    other = scene.writes(WORDS, sends=False)
    opened = getattr(letters, operation)

    def break_at(kind: str, pk: int, **more: Any) -> Any:
        if kind == letters.TALK and pk == broken.pk:
            raise DecryptionError("altered")
        return opened(kind, pk, **more)

    monkeypatch.setattr(letters, operation, break_at)
    TipMessage.objects.filter(state=State.QUEUED).update(next_attempt_at=timezone.now())

    sending.send_due()

    sent = other.messages.filter(direction="out").values_list("state", flat=True)
    assert set(sent) == {State.SENT}
    broken.refresh_from_db()
    states = [broken.state]
    for _time in sending.VAULT_FAILED_WAITS_S:
        TipMessage.objects.filter(state=State.QUEUED).update(next_attempt_at=timezone.now())
        sending.send_due()
        broken.refresh_from_db()
        states.append(broken.state)

    assert states == [*[State.QUEUED] * len(sending.VAULT_FAILED_WAITS_S), State.FAILED]
    assert broken.error_text == sending.VAULT_FAILED


@pytest.mark.django_db(transaction=True)
def test_waiting_for_the_vault_counts_no_attempt(scene, commune, vault):
    message = work_answers.answer(
        scene.writes(WORDS), by=make_user(commune, Role.CHIEF), text=ANSWER
    )
    vault.away()
    for _time in range(3):
        TipMessage.objects.filter(pk=message.pk).update(next_attempt_at=timezone.now())
        sending.send_due()

    message.refresh_from_db()
    assert (message.state, message.attempts) == (State.QUEUED, 0)


@pytest.mark.django_db(transaction=True)
def test_files_wait_for_the_vault_with_no_attempt_counted(scene, vault):
    tip = scene.writes(WORDS)
    scene.does("send_image", image_id=_program(scene), text="")
    vault.away()

    assert files.fetch_due() == {}
    file = InboundFile.objects.get()
    assert (file.state, file.attempts) == ("waiting", 0)
    vault.back()
    InboundFile.objects.update(next_attempt_at=timezone.now())
    assert files.fetch_due() == {"refused": 1}
    vault.away()
    tasks.take_over_files()
    assert TipAttachment.objects.get().state == "waiting"
    vault.back()
    tasks.take_over_files()

    assert TipAttachment.objects.get().state == "refused"
    assert tip.messages.filter(direction="out", state=State.QUEUED).exists()


def _program(scene: Any) -> str:
    return str(scene.state.add_attachment("image/jpeg", b"MZ this is a program").id)
