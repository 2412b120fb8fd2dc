import pytest

from accounts.models import AuditEvent
from accounts.users.roles import Role
from procedures.editions import services
from procedures.editions.content import content_of, differences
from procedures.models import Edition
from tests.factories.accounts import make_user
from tests.factories.procedures import CONTENT, content_with, make_edition, make_published


def stored(edition: Edition) -> dict:
    return content_of(Edition.objects.with_parts().get(pk=edition.pk))


def test_draft_from_copies_everything_and_leaves_the_old_one_in_use(chief):
    old = make_published()

    made = services.draft_from(old, by=chief)

    old.refresh_from_db()
    assert (old.status, made.status, made.number) == ("published", "draft", 2)
    assert stored(made) == stored(old) == CONTENT
    assert made.drafted_by == chief
    assert (made.verified_on, made.published_at) == (None, None)


def test_second_draft_of_a_procedure_is_refused(chief, deputy_chief):
    old = make_published()
    services.draft_from(old, by=chief)

    with pytest.raises(services.NotAllowed, match="đang được soạn"):
        services.draft_from(old, by=deputy_chief)
    assert old.procedure.editions.count() == 2


def test_draft_from_a_checked_edition_takes_its_place(chief):
    draft = make_edition()
    checked = services.check(draft, by=chief, with_what="Cổng", confidence="high")

    made = services.draft_from(checked, by=chief)

    checked.refresh_from_db()
    assert (checked.status, made.status) == ("superseded", "draft")


def test_edit_replaces_the_parts_and_says_what_changed(chief):
    draft = make_edition()
    content = content_with(fees=None, where="Nơi khác.", dossier=[{"name": "Đơn"}])

    services.edit(draft, content, by=chief)

    assert stored(draft) == content
    event = draft.events.get(kind="edited")
    assert (event.by, event.note) == (chief, "Nơi làm, Hồ sơ, Lệ phí")
    assert AuditEvent.objects.get(action="procedure.edited").target_id == str(draft.pk)


def test_edit_with_the_same_content_leaves_no_trace(chief):
    draft = make_edition()
    parts = list(draft.dossier.values_list("pk", flat=True))

    services.edit(draft, dict(CONTENT), by=chief)

    assert list(draft.dossier.values_list("pk", flat=True)) == parts
    assert not draft.events.exists()


def test_edit_with_a_fee_of_nothing_keeps_it(chief):
    draft = make_edition()

    services.edit(draft, content_with(fees=[{"direct": 0, "is_verified": True}]), by=chief)

    assert draft.fees.get().direct == 0
    assert stored(draft)["fees"] == [{"direct": 0, "is_verified": True}]


@pytest.mark.parametrize("step", ["checked", "published", "superseded"])
def test_content_does_not_change_after_the_draft(chief, step):
    edition = make_published()
    Edition.objects.filter(pk=edition.pk).update(status=step, superseded_at=edition.published_at)

    with pytest.raises(services.NotAllowed, match="soạn bản mới"):
        services.edit(edition, content_with(where="Nơi khác."), by=chief)
    assert stored(edition) == CONTENT


def test_edit_refuses_a_long_short_answer_and_changes_nothing(chief):
    draft = make_edition()

    with pytest.raises(services.NotAllowed, match="tối đa 90"):
        services.edit(draft, content_with(short_answer="chữ " * 91, fees=None), by=chief)
    assert stored(draft) == CONTENT


@pytest.mark.parametrize(
    "role", [Role.OFFICER, Role.DUTY_OFFICER, Role.HAMLET_HEAD, Role.PARTY_OFFICE, Role.FRONT]
)
def test_roles_that_read_do_not_write(commune, role):
    reader, edition = make_user(commune, role), make_published()

    assert reader.has_perm("procedures.view_edition")
    assert list(Edition.objects.filter(pk=edition.pk).visible_to(reader)) == [edition]
    with pytest.raises(services.NotAllowed):
        services.draft_from(edition, by=reader)


@pytest.mark.parametrize("role", [Role.PARTY_MEMBER, Role.TECH_ADMIN])
def test_roles_without_the_library_may_not_read_it(commune, role):
    assert not make_user(commune, role).has_perm("procedures.view_edition")


def test_chief_of_one_of_several_communes_does_not_change_what_all_share(chief, other_commune):
    edition = make_published()

    with pytest.raises(services.NotAllowed, match="dùng chung"):
        services.draft_from(edition, by=chief)
    city = make_user(None, Role.CHIEF)
    assert services.draft_from(edition, by=city).status == "draft"


def test_disabled_account_changes_nothing(chief):
    edition = make_published()
    chief.is_active = False

    with pytest.raises(services.NotAllowed):
        services.draft_from(edition, by=chief)


def test_differences_name_columns_and_parts_in_words():
    changed = content_with(
        valid_to="2026-12-31", fees=[{"direct": 5000, "valid_to": "2026-12-31"}], online=None
    )

    found = {part.label: (part.before, part.after) for part in differences(CONTENT, changed)}

    assert found == {
        "Làm trực tuyến": ("Nộp trên dichvucong.gov.vn.", ""),
        "Áp dụng đến hết ngày": ("", "31/12/2026"),
        "Lệ phí": (
            "nộp trực tiếp (đồng): 20000; nộp trực tuyến (đồng): 10000; đã kiểm chứng",
            "nộp trực tiếp (đồng): 5000; đến hết ngày: 31/12/2026",
        ),
    }
