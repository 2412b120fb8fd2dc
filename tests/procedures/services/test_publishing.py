from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.users.roles import Role
from procedures.editions import services
from procedures.models import Edition
from tests.factories.accounts import make_user
from tests.factories.procedures import content_with, days_ago, make_edition, make_published

SAID = {"with_what": "Cổng Dịch vụ công", "confidence": "high"}


def drafted(by, procedure=None):
    return services.draft_from(make_published(procedure), by=by)


def test_way_of_an_edition_from_draft_to_superseded(two_chiefs):
    author, publisher = two_chiefs
    draft = drafted(author)
    former = draft.procedure.editions.published().get()

    checked = services.check(draft, by=author, **SAID)
    published = services.publish(checked, by=publisher)

    former.refresh_from_db()
    assert (published.status, former.status) == ("published", "superseded")
    assert published.verified_on == timezone.localdate()
    assert published.next_review_on == timezone.localdate() + timedelta(days=150)
    assert (published.checked_by, published.published_by) == (author, publisher)
    assert not published.is_published_alone
    assert [event.kind for event in published.events.all()] == ["drafted", "checked", "published"]
    assert AuditEvent.objects.filter(action="procedure.published", actor=publisher).count() == 1


def test_author_does_not_publish_where_another_may(two_chiefs):
    author, _publisher = two_chiefs
    checked = services.check(drafted(author), by=author, **SAID)

    with pytest.raises(services.NotAllowed, match="người khác phải công bố"):
        services.publish(checked, by=author)
    checked.refresh_from_db()
    assert checked.status == "checked"
    assert checked.procedure.editions.published().count() == 1


def test_whoever_only_edited_is_an_author_too(two_chiefs):
    author, editor = two_chiefs
    draft = drafted(author)
    services.edit(draft, content_with(where="Nơi khác."), by=editor)
    checked = services.check(draft, by=author, **SAID)

    # Both wrote, and nobody else is there: then either may, and it is written down.
    published = services.publish(checked, by=editor)

    assert published.is_published_alone


def test_only_chief_publishes_alone_and_it_is_written_down(chief, commune):
    make_user(commune, Role.OFFICER)
    checked = services.check(drafted(chief), by=chief, **SAID)

    published = services.publish(checked, by=chief)

    assert published.is_published_alone
    assert published.events.get(kind="published").note == "Người soạn tự công bố"


def test_disabled_chief_is_nobody_else(chief, deputy_chief):
    deputy_chief.is_active = False
    deputy_chief.save()

    published = services.publish(services.check(drafted(chief), by=chief, **SAID), by=chief)

    assert published.is_published_alone


def test_superuser_is_bound_by_four_eyes(commune, chief):
    root = make_user(commune, is_superuser=True)
    checked = services.check(drafted(root), by=root, **SAID)

    with pytest.raises(services.NotAllowed, match="người khác phải công bố"):
        services.publish(checked, by=root)


@pytest.mark.parametrize("state", ["draft", "published", "superseded"])
def test_only_a_checked_edition_is_published(chief, state):
    edition = make_published() if state != "draft" else make_edition()
    if state == "superseded":
        services.supersede(edition, by=chief, reason="Bãi bỏ")

    with pytest.raises(services.TransitionNotAllowed):
        services.publish(edition, by=chief)


@pytest.mark.parametrize(
    ("changes", "said", "sentence"),
    [
        ({"short_answer": ""}, {}, "Chưa có câu trả lời ngắn"),
        ({"link": ""}, {}, "Chưa có liên kết"),
        ({"where": ""}, {}, "Chưa ghi nơi làm"),
        ({}, {"confidence": "medium"}, "Độ tin cậy"),
        ({}, {"with_what": "  "}, "Hãy ghi đã kiểm chứng bằng"),
        ({}, {"on": timezone.localdate() + timedelta(days=1)}, "tương lai"),
        ({}, {"next_review_on": timezone.localdate() + timedelta(days=181)}, "180 ngày"),
        ({}, {"next_review_on": timezone.localdate()}, "phải sau ngày kiểm chứng"),
    ],
)
def test_check_refuses_what_is_missing_or_doubtful(chief, changes, said, sentence):
    draft = make_edition(**changes)

    with pytest.raises(services.NotAllowed, match=sentence):
        services.check(draft, by=chief, **(SAID | said))
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_edition_checked_too_long_ago_is_not_published(two_chiefs):
    author, publisher = two_chiefs
    checked = services.check(drafted(author), by=author, **SAID)
    Edition.objects.filter(pk=checked.pk).update(verified_on=days_ago(181))

    with pytest.raises(services.NotAllowed, match="quá lâu"):
        services.publish(checked, by=publisher)


def test_edition_in_use_is_taken_out_with_a_reason(chief):
    edition = make_published()

    with pytest.raises(services.NotAllowed, match="lý do"):
        services.supersede(edition, by=chief, reason=" ")
    services.supersede(edition, by=chief, reason="Thủ tục bị bãi bỏ")

    edition.refresh_from_db()
    assert edition.status == "superseded"
    assert edition.events.get(kind="superseded").note == "Thủ tục bị bãi bỏ"
    assert not Edition.objects.filter(pk=edition.pk).sendable(timezone.localdate()).exists()
