"""Two matters told in one breath: two tips, one person behind the seal, one receipt for both."""

import pytest
from django.utils import timezone

from accounts.models import AuditEvent
from reports import intake
from reports.chat import services as chat
from reports.models import Reporter, SealedText, TipReport
from reports.tips.errors import CarriesSecret, NotAllowed, TransitionNotAllowed
from reports.triage import duplicates, splitting
from reports.triage import services as triage_services
from reports.vault import conflicts
from reports.vault import services as vault
from reports.vault.models import indexes_of_reporter
from reports.work import answers
from tests.factories.tips import make_tip, make_worked
from tests.reports.public.test_answers import looked_up
from tests.vaults import opened, reporter_of

pytestmark = pytest.mark.usefixtures("as_vault")

WORDS = "Đêm nào cũng đánh bài sau quán nước. Với lại nhà bên đốt rác, khói lắm."
SECOND = "Đốt rác trong khu dân cư, khói nhiều."


@pytest.fixture
def officer(officer_of, hamlet):
    return officer_of(hamlet)


@pytest.fixture
def tip(hamlet):
    return make_tip(
        hamlet=hamlet, words=WORDS, person=intake.Person(name="Lê Thị Mẫu", phone="0900000111")
    )


def split(tip, by, summary=SECOND):
    with opened():
        return splitting.split(tip, by=by, summary=summary)


def test_second_matter_is_a_tip_of_its_own(tip, officer):
    made = split(tip, officer)

    tip.refresh_from_db()
    assert (tip.status, made.status, made.summary) == ("new", "new", SECOND)
    assert made.code != tip.code
    assert (made.received_at, made.channel, made.hamlet) == (
        tip.received_at, tip.channel, tip.hamlet,
    )  # fmt: skip
    assert [row.text for row in made.sealed_texts.all()] == [WORDS]
    assert made.clocks.open().exists()
    triage_services.sort(made, by=officer, urgency="normal", hamlet=made.hamlet, kind="feedback",
                category="ttatxh")  # fmt: skip
    assert made.status == "triaged"
    assert TipReport.objects.get(pk=tip.pk).status == "new"


def test_person_stays_sealed_and_nothing_joins_the_two_in_sight(tip, officer):
    made = split(tip, officer)

    first, second = Reporter.objects.get(tip=tip), Reporter.objects.get(tip=made)
    carried = reporter_of(made)
    assert (carried.name, carried.phone) == ("Lê Thị Mẫu", "0900000111")
    assert len({first.told_with, second.told_with, first.zalo_index, second.zalo_index}) == 4
    assert made.receipt_hash == ""
    step = tip.events.get(kind="split")
    assert (step.note, step.details) == (f"Việc thứ hai: {made.code}", {})
    assert not made.events.filter(kind="split").exists()
    audit = AuditEvent.objects.get(action="tip.split")
    assert made.code not in str(audit.__dict__)


def test_one_receipt_opens_both(tip, officer):
    made = split(tip, officer)
    stranger = make_tip(hamlet=tip.hamlet)
    answers.answer(tip, by=officer, text="Sẽ kiểm tra quán nước.")
    answer = answers.answer(made, by=officer, text="Đã nhắc nhà bên thôi đốt rác.")

    page = looked_up(tip).html

    assert "Sẽ kiểm tra quán nước." in page
    assert "Việc khác trong cùng tin này" in page
    assert "Đã nhắc nhà bên thôi đốt rác." in page
    answer.refresh_from_db()
    assert answer.read_at is not None
    assert "Việc khác trong cùng tin này" not in looked_up(stranger).html


def test_one_receipt_opens_what_was_split_again(tip, officer):
    made = split(tip, officer)
    again = split(made, officer, "Xe đỗ chắn lối đi chung.")

    assert splitting.told_with(tip) == [made, again]


def test_receipt_asked_for_in_the_chat_opens_both(hamlet, officer):
    tip = make_tip(hamlet=hamlet, words=WORDS, person=intake.Person(zalo_user_id="7001"))
    split(tip, officer)

    assert chat._latest(hamlet.commune, indexes_of_reporter("7001")) == tip


@pytest.mark.parametrize("which", ["first", "second"])
def test_whoever_is_shut_out_of_one_later_is_shut_out_of_both(
    tip, officer, chief, deputy_chief, which
):
    made = split(tip, officer)
    twin = make_tip(hamlet=tip.hamlet)
    duplicates.link(twin, of=made, by=chief)
    told = {"first": tip, "second": made}[which]

    conflict = conflicts.add(told, user=deputy_chief, by=chief)

    seen = TipReport.objects.visible_to(deputy_chief)
    assert seen.get(pk__in=[tip.pk, made.pk, twin.pk]) == twin  # a link spreads nothing
    conflicts.lift(conflict, by=chief)
    assert seen.filter(pk__in=[tip.pk, made.pk, twin.pk]).count() == 3


def test_tip_of_the_same_moment_is_another_matter(tip, officer, chief, deputy_chief):
    split(tip, officer)
    other = make_tip(hamlet=tip.hamlet)
    TipReport.objects.filter(pk=other.pk).update(received_at=tip.received_at)

    conflicts.add(tip, user=deputy_chief, by=chief)

    assert TipReport.objects.visible_to(deputy_chief).get() == other


@pytest.mark.parametrize("is_first", [True, False])
def test_formal_letter_leaves_no_word_at_the_other_matter_either(tip, officer, is_first):
    made = split(tip, officer)
    letter, other = (tip, made) if is_first else (made, tip)
    if not is_first:
        with pytest.raises(NotAllowed, match="chưa có tóm tắt"):
            triage_services.divert(letter, by=officer, kind="denunciation")
        triage_services.summarise(tip, by=officer, summary="Đánh bài.", place="", occurred_words="")
    SealedText.objects.create(tip=other, kind="added", text="Tối qua lại có.", at=other.received_at)

    triage_services.divert(letter, by=officer, kind="denunciation")

    assert [row.text for row in SealedText.objects.all()] == ["Tối qua lại có."]
    other = TipReport.objects.get(pk=other.pk)
    assert (other.status, bool(other.summary)) == ("new", True)


def test_forgotten_person_joins_nothing(tip, officer):
    made = split(tip, officer)

    vault.empty_vault(made)

    assert splitting.told_with(tip) == []


def test_whoever_must_not_know_of_one_knows_of_neither(tip, officer, chief, deputy_chief):
    conflicts.add(tip, user=deputy_chief, by=chief)

    made = split(tip, chief)

    assert not TipReport.objects.visible_to(deputy_chief).filter(pk=made.pk).exists()


def test_words_of_the_second_matter_are_needed_and_carry_no_secret(tip, officer):
    with pytest.raises(NotAllowed, match="tóm tắt việc thứ hai"):
        split(tip, officer, "  ")
    with pytest.raises(CarriesSecret):
        split(tip, officer, "TỐI MẬT\nKế hoạch")
    assert TipReport.objects.count() == 1


def test_closed_or_anothers_tip_is_not_split(tip, officer, officer_of, hamlet, chief):
    with pytest.raises(NotAllowed, match="phụ trách"):
        split(make_worked(officer, hamlet=hamlet), officer_of(hamlet))
    triage_services.sort(tip, by=chief, urgency="normal", hamlet=hamlet, kind="feedback",
                category="ttatxh")  # fmt: skip
    TipReport.objects.filter(pk=tip.pk).update(
        status="closed", disposition="guided", closed_at=timezone.now()
    )
    with pytest.raises(TransitionNotAllowed, match="chưa đóng"):
        split(tip, chief)
