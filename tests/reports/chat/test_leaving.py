"""A reporter who takes back their data in Zalo leaves the vault, unless the law keeps them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import retention
from accounts.encryption.services import blind_index
from reports.chat import answers, texts
from reports.chat import retention as chat_retention
from reports.chat.retention import EMPTIED, NOT_EMPTIED
from reports.models import ChatReply, Reporter, TipReport
from reports.triage import services as triage
from reports.vault.models import OF_PERSON, index_of_reporter
from tests.reports.chat.conftest import USER
from zalo.inbox.events import Withdrawal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_vault")]

CLOSED = {"status": "closed", "disposition": "handled_here", "closed_at": timezone.now()}


def withdraw(chat, *, hours=1.0):
    chat_retention.withdrew(chat.account, Withdrawal(USER, chat.later(hours=hours)))


def reported(chat, **fields):
    tip = chat.says("Có người tụ tập đánh bạc")
    TipReport.objects.filter(pk=tip.pk).update(**fields)
    return tip


def of(tip):
    return Reporter._base_manager.get(tip=tip)


@pytest.mark.parametrize(
    "fields",
    [{"kind": "feedback"}, {"kind": "procedure_question"}, CLOSED,
     {**CLOSED, "kind": "denunciation_of_crime"}],
)  # fmt: skip
def test_vault_is_emptied_where_the_law_permits(chat, fields):
    tip = reported(chat, **fields)

    withdraw(chat)
    withdraw(chat)

    kept = of(tip)
    assert kept.zalo_user_id == ""
    assert kept.zalo_index != index_of_reporter(USER)
    assert [row.note for row in tip.events.filter(kind="noted")] == [EMPTIED]
    assert tip.sealed_texts.count() == 1


@pytest.mark.parametrize(
    "fields", [{}, {"kind": "denunciation_of_crime"}, {"kind": "crime_report"},
               {"kind": "feedback", "is_held": True}, {**CLOSED, "is_held": True}]
)  # fmt: skip
def test_what_may_be_a_crime_or_is_held_stays_and_says_why(chat, fields):
    tip = reported(chat, **fields)

    withdraw(chat)
    withdraw(chat)

    assert of(tip).zalo_user_id == USER
    assert [row.note for row in tip.events.filter(kind="noted")] == [NOT_EMPTIED]


def test_word_after_the_withdrawal_is_coming_back(chat):
    tip = reported(chat, kind="feedback")

    withdraw(chat, hours=-1)

    assert of(tip).zalo_user_id == USER


@pytest.mark.parametrize("hashed_before", ["first", "second"])
def test_who_came_back_is_known_by_either_hash(chat, hashed_before):
    first = reported(chat, **CLOSED)
    second = chat.says("Có trộm ở nhà bên", at=chat.later(hours=36))
    TipReport.objects.filter(pk=second.pk).update(kind="feedback")
    old = first if hashed_before == "first" else second
    Reporter.objects.filter(tip=old).update(zalo_index=blind_index(USER, purpose=OF_PERSON))

    withdraw(chat, hours=24)

    assert first != second
    assert {of(first).zalo_user_id, of(second).zalo_user_id} == {USER}


def test_others_are_not_touched(chat):
    other = chat.says("Có trộm", user="7002")
    TipReport.objects.update(kind="feedback")

    withdraw(chat)

    assert of(other).zalo_user_id == "7002"


def test_nothing_more_is_sent_to_who_left(chat):
    chat.says("alo")

    withdraw(chat)

    assert not ChatReply.objects.exists()


def test_answers_that_never_left_go_after_a_week(chat):
    chat.says("alo")
    chat.says("alo", user="7002")
    first, second = ChatReply.objects.order_by("pk")
    ChatReply.objects.filter(pk=first.pk).update(heard_at=timezone.now() - timedelta(days=9))

    retention.purge_expired()

    assert list(ChatReply.objects.all()) == [second]


def test_words_after_leaving_are_a_tip_of_somebody_new(chat):
    tip = reported(chat, kind="feedback")
    withdraw(chat)

    other = chat.says("Có chuyện nữa", at=chat.later(hours=3))

    assert other != tip
    assert of(other).zalo_user_id == USER


def test_reporter_of_a_letter_is_told_where_to_bring_it_before_it_is_emptied(chat, chief):
    tip = reported(chat)

    triage.divert(tip, by=chief, kind="denunciation")

    reply = ChatReply.objects.get()
    assert (reply.kind, reply.zalo_user_id) == ("diverted", USER)
    assert of(tip).zalo_user_id == ""
    assert "tố cáo" in texts.fixed(reply.kind, *answers.place_and_phone(tip.commune))
    assert reply.heard_at <= timezone.now() - timedelta(hours=1)


def test_who_leaves_is_wiped_where_nothing_can_be_sealed(chat, settings):
    tip = reported(chat, kind="feedback")
    settings.VAULT_PUBLIC_KEYS = {}

    withdraw(chat)

    assert of(tip).zalo_user_id == ""
    assert [row.note for row in tip.events.filter(kind="noted")] == [""]
