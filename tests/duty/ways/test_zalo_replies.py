"""An officer's words to the account about the duty are answered in Zalo once, by a fixed text."""

from datetime import timedelta

import pytest
from django.utils import timezone

from duty.models import Notice, Occasion, OwnZalo
from duty.occasions import rounds
from duty.ways import base, sending
from duty.ways.zalo import linking, replies
from duty.ways.zalo.models import OPEN_FOR
from reports.models import TipReport
from tests.zalo.gate import closed_gate
from zalo.official_accounts.models import OfficialAccount

pytestmark = pytest.mark.django_db(transaction=True)
State = Notice.State
LINKED, WINDOW = base.TEXTS["linked"], base.TEXTS["window"]


def states() -> list[str]:
    return list(Notice.objects.order_by("pk").values_list("state", flat=True))


def test_linking_is_answered_once_though_the_event_comes_twice(scene):
    scene.writes(linking.new_code(by=scene.officer))

    assert sending.drain("zalo") == 1
    assert scene.heard() == [LINKED]
    assert states() == [State.ACCEPTED]
    assert sending.drain("zalo") == 0


def test_begin_of_a_shift_is_answered_and_says_where_to_confirm_it(scene):
    scene.link()
    OwnZalo.objects.update(heard_at=timezone.now() - timedelta(hours=50))

    scene.writes("Nhận ca")
    sending.drain("zalo")

    assert scene.heard() == [WINDOW]
    assert "Nhận ca" in WINDOW
    assert not TipReport.objects.exists()


def test_answer_names_the_hours_for_which_the_window_is_open():
    assert f"{OPEN_FOR.total_seconds() / 3600:.0f} giờ" in WINDOW


@pytest.mark.parametrize("text", ["linked", "window"])
def test_answers_lead_nowhere_and_name_nobody(scene, text):
    link = scene.link()

    replies.answer(link.user, text)
    sending.drain("zalo")

    assert scene.heard() == [base.TEXTS[text]]
    assert "http" not in base.TEXTS[text]


def test_older_event_that_comes_late_is_not_answered(scene):
    link = scene.link()

    assert not linking.note_heard(link, link.heard_at - timedelta(minutes=1))


def test_code_that_is_none_and_words_of_residents_are_not_answered(scene):
    scene.writes("TB ABCD-EFGH")
    scene.writes("Nhận ca")

    assert not Notice.objects.exists()


def test_account_that_is_told_of_nothing_gets_no_answer(scene):
    code = linking.new_code(by=scene.officer)
    scene.officer.groups.clear()

    scene.writes(code)

    assert OwnZalo.objects.exists()
    assert not Notice.objects.exists()


def test_who_asks_again_and_again_is_answered_a_few_times(scene):
    link = scene.link()
    for _time in range(replies.MOST_AN_HOUR + 3):
        replies.answer(link.user, Notice.Text.WINDOW)

    assert Notice.objects.count() == replies.MOST_AN_HOUR


def test_nothing_leaves_while_sending_is_held_and_what_is_old_not_afterwards(scene):
    with closed_gate():
        scene.writes(linking.new_code(by=scene.officer))
        assert sending.drain("zalo") == 0
        assert states() == [State.WAITING]
        past = timezone.now() - replies.LASTS
        Notice.objects.update(made_at=past, expires_at=past + replies.LASTS)

    sending.drain("zalo")

    assert scene.heard() == []
    assert states() == [State.CANCELLED]


def test_answer_of_an_account_that_cannot_send_is_none(scene):
    link = scene.link()
    OfficialAccount.objects.update(needs_consent=True)

    replies.answer(link.user, Notice.Text.WINDOW)

    assert not Occasion.objects.exists()


def test_answer_is_nobodys_duty(scene, client):
    scene.writes(linking.new_code(by=scene.officer))
    occasion = Occasion.objects.get()
    client.force_login(scene.officer, backend="django.contrib.auth.backends.ModelBackend")

    listed = client.get("/admin/viec-can-xem/").content.decode()
    rounds.advance_due(timezone.now() + replies.LASTS + timedelta(seconds=1))

    occasion.refresh_from_db()
    assert occasion.closed_because == Occasion.Ended.GONE
    assert occasion.words not in listed
    assert list(Notice.objects.values_list("user", flat=True)) == [scene.officer.pk]
