"""Later words that name somebody: the tip stays where it is, the words alone wait."""

import pytest
from django.utils import timezone

from accounts.users.roles import Role
from accounts.workflow.services import sees
from reports.models import ConflictProposal, TipMessage, TipReport
from reports.proposals import deciders
from reports.proposals import services as proposals
from reports.tips.errors import NotAllowed
from reports.triage import duplicates, referrals, splitting
from reports.triage import services as triage
from reports.vault import conflicts, openings
from reports.vault import services as vault
from reports.work import answers, closing
from reports.work import services as work
from tests.factories.tips import make_tip, make_worked
from tests.reports.services.named import ACCUSED, WHY, readers_of, say, waiting

# The verbs run in the vault, where pages ask for them.
pytestmark = pytest.mark.usefixtures("as_vault")


def test_later_words_leave_the_tip_with_the_owner_and_are_unseen_by_him(hamlet, officer, chief):
    tip = make_worked(officer, hamlet=hamlet)

    message = say(tip, ACCUSED)

    tip.refresh_from_db()
    assert (sees(officer, tip), tip.owner, tip.has_unread) == (True, officer, False)
    assert list(TipMessage.objects.visible_to(officer)) == []
    assert vault.read_talk(tip, by=officer) == []
    assert vault.read_talk(tip, by=chief) == [message]
    assert not tip.events.filter(kind="heard_more").exists()


def test_later_words_wait_by_themselves_while_the_first_words_wait(hamlet, officer, chief):
    tip = make_tip(hamlet=hamlet, words="Nhờ anh Đặng Quốc Vinh, có chuyện khó nói.")
    message = say(tip, ACCUSED)

    proposals.lift(waiting(tip, message=None), by=chief, reason=WHY)

    assert (sees(officer, tip), sees(officer, message)) == (True, False)
    assert waiting(tip).message == message


def test_later_words_lifted_are_new_words(hamlet, officer, chief):
    tip = make_worked(officer, hamlet=hamlet)
    message = say(tip, ACCUSED)

    proposals.lift(waiting(tip), by=chief, reason=WHY)

    tip.refresh_from_db()
    assert vault.read_talk(tip, by=officer) == [message]
    assert tip.has_unread
    assert tip.events.get(kind="heard_more").at == message.at


def test_later_words_confirmed_take_the_tip_from_the_owner(hamlet, officer, chief):
    tip = make_worked(officer, hamlet=hamlet)
    say(tip, ACCUSED)

    proposals.confirm(waiting(tip), by=chief, reason=WHY)

    tip.refresh_from_db()
    assert (sees(officer, tip), tip.owner, tip.status) == (False, None, "triaged")
    assert tip.has_unread


def test_everyone_whom_later_words_name_is_kept_from_them(hamlet, officer, officer_of, chief):
    other = officer_of(hamlet, last_name="Lý Thị", first_name="Mẫu")
    tip = make_worked(officer, hamlet=hamlet)
    message = say(tip, "Cảm ơn anh Đặng Quốc Vinh, còn chị Lý Thị Mẫu thì đòi tiền.")

    assert [sees(user, message) for user in (officer, other, chief)] == [False, False, True]
    proposals.lift(waiting(tip, user=officer), by=chief, reason=WHY)
    assert [sees(user, message) for user in (officer, other, chief)] == [True, False, True]
    # Nothing tells the one who still waits that somebody decided.
    assert not ConflictProposal.objects.visible_to(other).exists()
    tip.refresh_from_db()
    assert not tip.has_unread


def test_a_later_accusation_of_the_chief_waits_for_the_deputy(hamlet, officer, officer_of):
    chief = officer_of(role=Role.CHIEF, last_name="Lê Văn", first_name="Chỉ")
    deputy = officer_of(role=Role.CHIEF)
    tip = make_worked(officer, hamlet=hamlet)

    message = say(tip, "Ông Lê Văn Chỉ bảo kê cho sòng này.")

    assert [sees(user, message) for user in (chief, deputy, officer)] == [False, True, True]
    assert not deciders.may_decide(chief, waiting(tip))
    assert deciders.may_decide(deputy, waiting(tip))
    assert not deciders.may_decide(officer, waiting(tip))  # a chief is there


def test_a_later_accusation_of_all_goes_to_the_superior(hamlet, officer, officer_of, superior):
    chief = officer_of(role=Role.CHIEF, last_name="Lê Văn", first_name="Chỉ")
    tip = make_worked(officer, hamlet=hamlet)

    message = say(tip, "Lê Văn Chỉ và Đặng Quốc Vinh chia tiền của sòng bạc.")

    assert readers_of(tip, officer, chief, superior) == [officer, chief, superior]
    assert [user for user in (officer, chief, superior) if sees(user, message)] == [superior]
    proposals.lift(waiting(tip, user=chief), by=superior, reason=WHY)
    assert [user for user in (officer, chief, superior) if sees(user, message)] == [chief]
    assert not sees(superior, tip)


def test_an_officer_decides_where_every_chief_is_named(hamlet, officer, officer_of):
    officer_of(role=Role.CHIEF, last_name="Lê Văn", first_name="Chỉ")
    tip = make_worked(officer, hamlet=hamlet)
    say(tip, "Ông Lê Văn Chỉ bảo kê cho sòng này.")

    proposals.confirm(waiting(tip), by=officer, reason=WHY)

    assert readers_of(tip, officer) == [officer]


@pytest.mark.parametrize("who", ["owner", "chief"])
def test_the_named_ends_nothing_before_the_decision(hamlet, officer_of, chief, who):
    fields = {"last_name": "Đặng Quốc", "first_name": "Vinh"}
    named = (
        officer_of(hamlet, **fields) if who == "owner" else officer_of(role=Role.CHIEF, **fields)
    )
    other = officer_of(hamlet)
    tip = make_worked(named, hamlet=hamlet)
    asked = openings.ask(tip, by=named, reason="Cần hỏi lại giờ xảy ra.")
    openings.decide(asked, by=chief, approved=True)
    say(tip, ACCUSED)
    main = make_worked(named, hamlet=hamlet)
    for step in (
        lambda: work.assign(tip, to=other, by=named),
        lambda: work.hand_back(tip, by=named, reason="Bận"),
        lambda: work.add_helper(tip, user=other, by=named),
        lambda: triage.divert(tip, by=named, kind="denunciation"),
        lambda: triage.hand_over_secretly(tip, by=named),
        lambda: splitting.split(tip, by=named, summary="Việc khác"),
        lambda: duplicates.link(tip, of=main, by=named),
        lambda: duplicates.link(main, of=tip, by=named),
        lambda: conflicts.add(tip, user=chief, by=named),
        lambda: referrals.refer(
            tip, by=named, to="other_authority", to_whom="UBND", slip_number="1",
            slip_on=timezone.localdate(),
        ),
    ):  # fmt: skip
        with pytest.raises(NotAllowed, match="chưa làm được bước đó"):
            step()
    with pytest.raises(NotAllowed, match="hết 24 giờ"):
        openings.open_identity(tip, by=named)
    triage.summarise(tip, by=named, summary=f"{chief.get_full_name()} nhận tiền.")
    assert sees(chief, tip)  # who is accused bars nobody
    TipReport.objects.filter(pk=tip.pk).update(status="told", disposition="handled_here")
    with pytest.raises(NotAllowed, match="chưa làm được bước đó"):
        closing.close(tip, by=named)
    with pytest.raises(NotAllowed, match="đang chờ quyết định"):
        closing.close(tip, by=chief)
    proposals.lift(waiting(tip), by=chief, reason=WHY)
    answers.mark_read(tip, by=named)
    closing.close(tip, by=named)


def test_the_named_does_not_mark_held_words_as_read(hamlet, officer):
    tip = make_worked(officer, hamlet=hamlet)
    said = say(tip, "Tối qua lại tụ tập.")
    held = say(tip, ACCUSED)

    answers.mark_read(tip, by=officer)

    held.refresh_from_db()
    said.refresh_from_db()
    assert (held.read_at, said.read_at is None) == (None, False)
