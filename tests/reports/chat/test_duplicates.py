"""A reporter goes on writing in the chat after the tip was linked to another."""

from datetime import timedelta

from django.utils import timezone

from reports.models import TipReport
from reports.triage import duplicates
from reports.work import closing
from tests.factories.tips import make_worked


def test_words_go_to_the_duplicate_while_the_matter_is_open(chat, chief, officer_of, hamlet):
    officer = officer_of(hamlet)
    main = make_worked(officer, hamlet=hamlet)
    twin = chat.says("Có đánh bạc sau quán nước bà Tư")
    duplicates.link(twin, of=main, by=chief)

    chat.says("Tối nay họ lại tụ tập", at=chat.later(hours=3))

    assert TipReport.objects.count() == 2
    assert [one.text for one in twin.messages.filter(direction="in")] == ["Tối nay họ lại tụ tập"]
    assert TipReport.objects.with_news(officer).get() == main

    closing.resolve(
        main, by=chief, disposition="handled_here", measure="reminded", outcome="Đã nhắc nhở."
    )
    closing.tell(main, by=officer, spoken=True)
    TipReport.objects.filter(pk=main.pk).update(
        status="closed", closed_at=timezone.now() - timedelta(hours=1)
    )
    chat.says("Lại có đám khác đá gà", at=chat.later(hours=4))
    assert TipReport.objects.count() == 3
