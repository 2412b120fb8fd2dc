"""Words that came for the other matter of one telling: moved in one press by who works on both."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from reports.models import TipAttachment, TipMessage
from reports.tips.errors import NotAllowed
from reports.triage import splitting
from tests.factories.tips import make_tip
from tests.vaults import opened

pytestmark = pytest.mark.usefixtures("as_vault")


@pytest.fixture
def officer(officer_of, hamlet):
    return officer_of(hamlet)


@pytest.fixture
def tip(hamlet):
    return make_tip(hamlet=hamlet, words="Đánh bài sau quán nước. Nhà bên đốt rác.")


@pytest.fixture
def second(tip, officer):
    with opened():
        return splitting.split(tip, by=officer, summary="Đốt rác, khói nhiều.")


def says(tip, text="Tối nay họ lại đánh bài"):
    tip.has_unread = True
    tip.save(update_fields=["has_unread"])
    return TipMessage.objects.create(
        tip=tip, direction="in", via="chat", text=text, at=timezone.now()
    )


def press(client, tip, message, other):
    address = reverse("admin:reports_tipreport_move_words", args=[tip.pk, message.pk])
    return client.post(address, {"sang": other.pk})


def test_words_move_to_the_other_matter_with_their_files_and_are_new_there(
    tip, second, officer, login
):
    message = says(second)
    file = TipAttachment.objects.create(
        tip=second, message=message, state=TipAttachment.State.WAITING, at=message.at
    )

    press(login(officer), second, message, tip)

    for row in (message, file, tip, second):
        row.refresh_from_db()
    assert (message.tip, file.tip, message.text) == (tip, tip, "Tối nay họ lại đánh bài")
    assert (tip.has_unread, second.has_unread) == (True, False)
    step = second.events.get(kind="words_moved")
    assert (step.by, step.note, step.details) == (officer, f"Sang phản ánh {tip.code}", {})
    assert tip.events.filter(kind="heard_more").exists()
    audit = AuditEvent.objects.get(action="tip.words_moved")
    assert tip.code not in str(audit.__dict__)


def test_what_was_moved_by_mistake_moves_back(tip, second, officer):
    message = says(second)

    splitting.move(message, to=tip, by=officer)
    message.refresh_from_db()
    splitting.move(message, to=second, by=officer)

    message.refresh_from_db()
    assert message.tip == second


def test_page_of_the_talk_tells_of_the_other_matter_to_who_works_on_both(
    tip, second, officer, login
):
    says(second)

    page = login(officer).get(reverse("admin:reports_tipreport_talk", args=[second.pk]))

    assert f"Chuyển lời này sang {tip.code}" in page.content.decode()


def test_who_works_on_one_matter_alone_learns_of_no_other(
    tip, second, officer, chief, officer_of, hamlet, login
):
    message = says(second)
    colleague = officer_of(hamlet)
    tip.refresh_from_db()
    for one, owner in ((tip, officer), (second, colleague)):
        type(one).objects.filter(pk=one.pk).update(
            owner=owner, status="triaged", kind="feedback", category="ttatxh"
        )

    page = login(colleague).get(reverse("admin:reports_tipreport_talk", args=[second.pk]))
    press(login(colleague), second, message, tip)

    assert tip.code not in page.content.decode()
    message.refresh_from_db()
    assert message.tip == second
    assert splitting.beside(second, by=chief) == [tip]


@pytest.mark.parametrize("what", ["stranger", "closed", "ours"])
def test_what_is_no_word_of_this_telling_does_not_move(tip, second, officer, hamlet, what):
    message, to = says(second), tip
    if what == "stranger":
        to = make_tip(hamlet=hamlet)
    elif what == "closed":
        type(tip).objects.filter(pk=tip.pk).update(
            status="closed", disposition="handled_here", closed_at=timezone.now(),
            resolved_at=timezone.now(), told_at=timezone.now(),
        )  # fmt: skip
    else:
        TipMessage.objects.filter(pk=message.pk).update(direction="out")

    with pytest.raises(NotAllowed):
        splitting.move(message, to=to, by=officer)

    message.refresh_from_db()
    assert message.tip == second


def test_other_matter_of_another_hamlet_is_out_of_sight(tip, second, officer, other_hamlet, login):
    message = says(second)
    type(tip).objects.filter(pk=tip.pk).update(hamlet=other_hamlet)

    answer = press(login(officer), second, message, tip)

    assert answer.status_code == 404
    assert splitting.beside(second, by=officer) == []
