"""News of a duplicate's reporter is seen and read with the tip that is worked on."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.scoped_admin.work_lists import lists_for
from reports.models import TipReport
from reports.public import services as public
from reports.tips.errors import NotAllowed
from reports.triage import duplicates
from reports.work import answers, closing
from tests.factories.procedures import make_published
from tests.factories.tips import make_tip, make_worked

MORE = "Có lời mới của người báo tin"


@pytest.fixture
def officer(officer_of, hamlet):
    return officer_of(hamlet)


@pytest.fixture
def main(officer, hamlet):
    return make_worked(officer, hamlet=hamlet)


@pytest.fixture
def twin(main, other_hamlet, chief):
    """A duplicate of `main` from another hamlet."""
    tip = make_tip(hamlet=other_hamlet)
    duplicates.link(tip, of=main, by=chief)
    tip.refresh_from_db()
    return tip


def tell_more(tip):
    public.say_more(tip, "Đêm qua họ lại tụ tập.", now=timezone.now())


def listed(user):
    made = {one.title: one for one in lists_for(user, timezone.localtime())}
    return [item.title.split(" · ")[0] for item in made[MORE].items] if MORE in made else []


def test_words_of_a_duplicate_stand_at_the_main_tip(main, twin, officer, chief):
    assert (listed(officer), listed(chief)) == ([], [])

    tell_more(twin)

    assert (listed(officer), listed(chief)) == ([main.code], [main.code])


def test_queue_marks_the_main_tip(main, twin, officer, login):
    tell_more(twin)
    queue = reverse("admin:reports_tipreport_changelist")

    response = login(officer).get(queue, {"viec": "loi-moi"})

    assert [tip.pk for tip in response.context["cl"].result_list] == [main.pk]
    assert "có lời chưa đọc" in response.content.decode()


def test_page_of_the_main_tip_leads_to_the_new_words(main, twin, officer, login):
    tell_more(twin)
    client = login(officer)

    body = client.get(reverse("admin:reports_tipreport_show", args=[main.pk])).content.decode()

    talk = reverse("admin:reports_tipreport_talk", args=[twin.pk])
    assert f"Người báo tin của {twin.code} (trùng với phản ánh này) vừa nói thêm." in body
    assert talk in body
    assert "Đêm qua họ lại tụ tập." in client.get(talk).content.decode()


def test_read_at_the_duplicate_it_is_read_at_the_main_tip(main, twin, officer):
    tell_more(twin)

    answers.mark_read(twin, by=officer)

    assert listed(officer) == []


def test_main_tip_is_not_closed_over_unread_words_of_a_duplicate(main, twin, officer, chief):
    closing.resolve(
        main, by=chief, disposition="handled_here", measure="reminded", outcome="Đã nhắc nhở."
    )
    closing.tell(main, by=officer, spoken=True)
    tell_more(twin)

    with pytest.raises(NotAllowed, match=twin.code):
        closing.close(main, by=chief)

    answers.mark_read(twin, by=officer)
    closing.close(main, by=chief)
    assert main.status == "closed"


def test_only_who_works_on_the_main_tip_sees_its_duplicate(main, twin, officer, officer_of, hamlet):
    colleague = officer_of(hamlet)  # sees the main tip by its hamlet, and has no part in it

    assert TipReport.objects.visible_to(officer).filter(pk=twin.pk).exists()
    assert not TipReport.objects.visible_to(colleague).filter(pk=twin.pk).exists()
    duplicates.unlink(twin, by=officer)
    assert not TipReport.objects.visible_to(officer).filter(pk=twin.pk).exists()


def test_answer_from_the_library_goes_to_each_reporter_of_a_matter(main, twin, officer):
    edition = make_published()

    made = answers.answer_all(main, by=officer, text="Mang tờ khai đến.", edition=edition)

    assert [one.tip for one in made] == [main, twin]
    for tip in (main, twin):
        assert tip.events.get(kind="answered").details == {"library": str(edition)}
