"""The message of Zalo behind a row is recognised by the vault alone."""

import pytest
from django.utils import timezone

from accounts.encryption.services import blind_index
from accounts.users.roles import Role
from accounts.vault.errors import VaultAway
from reports.chat import sending
from reports.chat.sources import OF_MESSAGE, source_of, source_of_answer, sources_of
from reports.models import SealedText, TipMessage
from reports.work import answers
from tests.factories.accounts import make_user
from tests.vaults import opened
from zalo.models import WebhookEvent

WORDS = "Tối nào cũng có người tụ tập đánh bạc sau quán nước."
ANSWER = "Cán bộ đã ghi nhận và sẽ đến xem."


def guessed(account, *message_ids):
    """Hashes made with the keys of the portal and a dump of the inbox."""
    return {blind_index(f"{account.oa_id}:{one}", purpose=OF_MESSAGE) for one in message_ids}


@pytest.mark.django_db
def test_words_are_known_by_a_hash_of_the_vault(chat):
    body = chat.body(WORDS)
    message_id = body["message"]["msg_id"]

    chat.tell(body)

    source = SealedText.objects.get().source
    assert source not in guessed(chat.account, message_id)
    with opened():
        assert source == source_of(chat.account, message_id)


@pytest.mark.django_db
@pytest.mark.parametrize("is_old", [True, False])
def test_words_come_in_once_whichever_hash_they_have(chat, is_old):
    body = chat.body(WORDS)
    chat.tell(body)
    if is_old:
        (before,) = guessed(chat.account, body["message"]["msg_id"])
        SealedText.objects.update(source=before)
    WebhookEvent.objects.all().delete()

    chat.tell(body)

    assert SealedText.objects.count() == 1
    assert not TipMessage.objects.filter(direction="in").exists()


@pytest.fixture
def sent_ids(monkeypatch):
    """Ids of the answers that Zalo took."""
    found, real = [], sending._source

    def source(row, message_id):
        found.append(message_id)
        return real(row, message_id)

    monkeypatch.setattr(sending, "_source", source)
    return found


def answered(scene, commune):
    scene.writes(WORDS)
    made = answers.answer(scene.tip, by=make_user(commune, Role.CHIEF), text=ANSWER)
    sending.send_due()
    made.refresh_from_db()
    assert made.state == "sent"
    return made


@pytest.mark.django_db(transaction=True)
def test_an_answer_is_known_by_a_hash_of_the_vault(scene, commune, sent_ids):
    made = answered(scene, commune)

    sources = set(TipMessage.objects.exclude(source="").values_list("source", flat=True))
    account = sending.zalo.account_for(commune.pk)
    assert made.source in sources
    assert not sources & guessed(account, *sent_ids)
    with opened():
        assert made.source == source_of_answer(account, sent_ids[-1])
        assert made.source in sources_of(account, sent_ids[-1])
        assert made.source != source_of(account, sent_ids[-1])


@pytest.mark.django_db(transaction=True)
def test_an_answer_counts_as_sent_where_the_vault_is_away_by_then(scene, commune, monkeypatch):
    real = sending.ask

    def ask(operation, **arguments):
        if operation == "reports.source":
            raise VaultAway
        return real(operation, **arguments)

    monkeypatch.setattr(sending, "ask", ask)

    made = answered(scene, commune)

    assert (made.source, made.at <= timezone.now()) == ("", True)
