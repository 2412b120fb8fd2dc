"""The pages of the year, as people click through them, and what they never show."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.step_pages.pages import NOT_OFFERED
from accounts.users.roles import Role
from oversight.commendations import informants
from oversight.models import Achievement, Commendation, SafetyChecklist, YearlyReview
from oversight.review import services as review_services
from oversight.review import work_lists as review_work_lists
from reports import intake
from tests.factories.groups import make_assignment, make_officer
from tests.factories.tips import make_opening, make_tip
from tests.factories.year import (
    make_accepted,
    make_achievement,
    make_checklist,
    make_commendation,
    make_form,
    make_frozen_review,
    make_informant,
    make_review,
)
from tests.oversight.conftest import at
from tests.vaults import opened

NAME, PHONE = "Trần Thị Kín", "0900000919"


def address(name: str, *args: Any) -> str:
    return reverse(f"admin:oversight_{name}", args=args)


def step(client: Any, row: Any, name: str, **data: Any) -> Any:
    """Take a step on the page of a row, its form filled in."""
    kind = row._meta.model_name
    said = {f"{name}-{field}": value for field, value in data.items()}
    return client.post(address(f"{kind}_step", row.pk, name), said, follow=True)


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_year_is_reviewed_by_two_chiefs_click_by_click(
    commune, hamlet, login, chief, deputy_chief
):
    client = login(chief)
    days = {"first": "2025-01-01", "last": "2025-12-31"}
    assert client.post(address("yearlyreview_new"), days).status_code == 302
    review = YearlyReview.objects.get()

    step(client, review, "chot")
    step(client, review, "danh-gia", strengths="Đủ ấp có nhóm.", shortcomings="Còn ấp xa.")
    page = text_of(step(client, review, "trinh"))
    assert "Đang chờ một chỉ huy khác ký" in page
    assert "Ký tổng kết" not in page
    step(login(deputy_chief), review, "ky")

    review.refresh_from_db()
    assert (review.status, review.signed_by) == ("signed", deputy_chief)
    shown = text_of(client.get(address("yearlyreview_show", review.pk)))
    assert "Đủ ấp có nhóm." in shown
    assert "Viết đánh giá" not in shown


def test_a_refusal_stands_beside_its_form_with_what_was_typed(commune, login, chief):
    client = login(chief)
    client.post(address("yearlyreview_new"), {"first": "2025-01-01", "last": "2025-12-31"})

    again = client.post(address("yearlyreview_new"), {"first": "2025-01-01", "last": "2025-12-31"})

    assert again.status_code == 400
    assert "đã mở tổng kết" in text_of(again)
    assert 'value="2025-01-01"' in text_of(again)


def test_a_review_of_days_to_come_says_when_it_can_be_frozen(commune, login, chief):
    today = timezone.localdate()
    last = today + timedelta(days=30)
    review = make_review(commune, chief, year=last.year, first=today, last=last)
    client = login(chief)

    page = text_of(client.get(address("yearlyreview_show", review.pk)))
    answer = text_of(step(client, review, "chot"))

    assert f"Kỳ này hết ngày {last:%d/%m/%Y}" in page
    assert address("yearlyreview_step", review.pk, "chot") not in page
    assert f"Kỳ này đến hết ngày {last:%d/%m/%Y}" in answer
    review.refresh_from_db()
    assert review.status == "preparing"


def test_lists_of_the_year_say_in_words_what_is_there(commune, hamlet, other_hamlet, login, chief):
    review = make_frozen_review(commune, chief)
    review_services.write_part(review.hamlets.get(hamlet=hamlet), "Đủ hộ.", by=chief)
    make_accepted(make_achievement(commune), is_public=True)
    make_commendation(make_achievement(commune))
    client = login(chief)

    parts = text_of(client.get(address("reviewhamlet_changelist")))
    thanks = text_of(client.get(address("commendation_changelist")))

    assert (parts.count("Đã viết"), parts.count("Chưa viết")) == (1, 1)
    assert (thanks.count("Đã công khai"), thanks.count("Không công khai")) == (1, 1)
    frozen = f"Chốt số {timezone.localtime(review.frozen_at):%d/%m/%Y}"
    assert frozen in text_of(client.get(address("yearlyreview_changelist")))


def test_a_hamlet_head_reads_frozen_numbers_and_writes_the_own_part(
    commune, hamlet, other_hamlet, login, actor, chief
):
    head = actor(Role.HAMLET_HEAD)
    make_assignment(make_officer(commune, user=head), hamlet)
    review = make_frozen_review(commune, chief)
    own = review.hamlets.get(hamlet=hamlet)
    other = review.hamlets.get(hamlet=other_hamlet)
    client = login(head)

    page = text_of(client.get(address("reviewhamlet_show", own.pk)))
    step(client, own, "viet", text="Vận động được nhiều hộ.")

    own.refresh_from_db()
    assert own.text == "Vận động được nhiều hộ."
    assert "Độ phủ hộ dân" in page
    assert "Phản ánh" not in page.partition("Số liệu đã chốt")[2].partition("</main>")[0]
    assert client.get(address("reviewhamlet_show", other.pk)).status_code == 404
    assert client.get(address("yearlyreview_show", review.pk)).status_code == 403


def test_lines_are_ticked_on_one_page_and_the_page_says_what_is_missing(
    commune, hamlet, login, chief
):
    made = make_checklist(commune, hamlet)
    first = made.items.get(position=1)
    client = login(chief)

    answer = client.post(
        address("safetychecklist_tick", made.pk),
        {f"tick-{first.pk}": "yes", f"note-{first.pk}": "Biên bản"}, follow=True,
    )  # fmt: skip

    assert "Chưa đánh dấu dòng 2." in text_of(answer)
    assert set(made.items.values_list("answer", flat=True)) == {"yes", ""}
    assert AuditEvent.objects.filter(action="checklist.ticked").count() == 1


def test_a_list_with_a_paper_is_settled_and_takes_another_paper(commune, hamlet, login, chief):
    made = make_checklist(commune, hamlet)
    client, on = login(chief), timezone.localdate().isoformat()
    step(client, made, "ket-qua", is_recognised="co", number="15/QĐ-UBND", on=on)

    page = text_of(client.get(address("safetychecklist_show", made.pk)))
    step(client, made, "van-ban-khac", is_recognised="khong", number="16/QĐ-UBND", on=on)

    assert "bảng kiểm không sửa nữa" in page
    assert "Chưa đánh dấu dòng" not in page
    made.refresh_from_db()
    assert (made.is_recognised, made.decision_number) == (False, "16/QĐ-UBND")


def test_no_page_says_that_a_place_has_passed(commune, hamlet, login, chief):
    made, client = make_checklist(commune, hamlet), login(chief)
    for item in made.items.all():
        client.post(address("safetychecklist_tick", made.pk), {f"tick-{item.pk}": "yes"})

    pages = text_of(client.get(address("safetychecklist_show", made.pk)))
    pages += text_of(client.get(address("safetychecklist_changelist")))

    assert SafetyChecklist.objects.get().is_recognised is None
    for word in ("Đủ điều kiện", "Không đạt", "đạt chuẩn", "%</", "điểm số"):
        assert word not in pages
    assert "Chưa có văn bản" in pages


@pytest.mark.parametrize(
    ("day", "is_registration", "is_recognition"),
    [
        (date(2025, 12, 31), False, False), (date(2026, 1, 1), True, False),
        (date(2026, 3, 31), True, False), (date(2026, 4, 1), False, False),
        (date(2026, 10, 14), False, False), (date(2026, 10, 15), False, True),
        (date(2026, 11, 20), False, True), (date(2026, 11, 21), False, False),
    ],
)  # fmt: skip
def test_reminders_come_in_their_days(day, is_registration, is_recognition, commune, hamlet, chief):
    make_checklist(commune, hamlet)

    assert bool(review_work_lists.unregistered(chief, at(day))) is is_registration
    assert bool(review_work_lists.unticked(chief, at(day))) is is_recognition


@pytest.fixture
def opened_tip(commune: Any, hamlet: Any, chief: Any, deputy_chief: Any) -> Any:
    """A tip of somebody with a name, whose identity the chief has open."""
    person = intake.Person(name=NAME, phone=PHONE)
    tip = make_tip(hamlet=hamlet, person=person)
    now = timezone.now()
    make_opening(
        tip, chief, state="approved", approved_by=deputy_chief, decided_at=now,
        until=now + timedelta(hours=24),
    )  # fmt: skip
    return tip


def test_an_informant_is_put_forward_on_a_page_without_a_field_for_a_name(opened_tip, login, chief):
    client, form = login(chief), make_form(opened_tip.commune)
    page = address("commendation_informants")

    asked = text_of(client.get(page))
    answer = client.post(
        page,
        {"tip": opened_tip.pk, "kind": "helping", "what": "Giúp ngăn một vụ vi phạm.",
         "form": form.pk, "occasion": informants.OCCASIONS[0], "name": NAME, "where": "Ấp 3"},
        follow=True,
    )  # fmt: skip

    done = Achievement.objects.get()
    assert 'name="name"' not in asked
    assert (done.name, done.where) == ("", "")
    assert done.token in text_of(answer)
    assert NAME not in text_of(answer)


def nominated(tip, by):
    with opened():
        return informants.nominate(
            tip, by=by, kind="helping", what="Giúp ngăn một vụ vi phạm.",
            form=make_form(by.commune), occasion=informants.OCCASIONS[0],
        )  # fmt: skip


@pytest.mark.parametrize("role", Role)
def test_nobody_finds_who_was_thanked_for_telling(role, opened_tip, commune, login, actor, chief):
    made = nominated(opened_tip, chief)
    token, user = made.achievement.token, actor(role)
    client = login(user)
    pages = [
        address("commendation_changelist"), address("commendation_show", made.pk),
        address("commendation_informants"), f"{address('commendation_changelist')}?q={token}",
        reverse("admin:index"), f"{reverse('admin:search')}?s={token}",
        reverse("admin:accounts_auditevent_changelist"), reverse("admin:oversight_figures"),
    ]  # fmt: skip

    seen = "".join(text_of(client.get(page)) for page in pages)

    for secret in (NAME, PHONE, PHONE[1:], opened_tip.code, str(opened_tip.uuid)):
        assert secret not in seen or (
            secret == opened_tip.code and user.has_perm("reports.view_tipreport")
        )
    # The token itself is for those alone who see the whole commune.
    shown = text_of(client.get(address("commendation_changelist")))
    assert (token in shown) is (role is Role.CHIEF)


def test_the_chief_sees_no_way_from_the_token_to_the_tip(
    opened_tip, commune, login, deputy_chief, chief
):
    made = nominated(opened_tip, chief)
    client = login(deputy_chief)

    seen = text_of(client.get(address("commendation_show", made.pk)))
    seen += text_of(client.get(address("commendation_informants")))

    assert made.achievement.token in seen
    for trace in (opened_tip.code, f"tipreport/{opened_tip.pk}", chief.username):
        assert trace not in seen


def test_a_commendation_goes_through_its_page(commune, login, chief):
    client = login(chief)
    form = make_form(commune)
    asked = {
        "subject_kind": "collective", "name": "Tổ 5", "kind": "building", "year": "2026",
        "what": "Vận động đủ hộ.", "form": form.pk, "occasion": "Ngày hội",
    }  # fmt: skip
    client.post(address("commendation_new"), asked)
    one = Commendation.objects.get()
    every = {f"line_{line.position}": "yes" for line in one.conditions.all()}

    step(client, one, "dieu-kien", **every)
    step(
        client, one, "bieu-quyet", council="Hội đồng xã", on="2026-11-10", votes_for=5,
        votes_against=2, votes_other=1,
    )  # fmt: skip
    page = text_of(client.get(address("commendation_show", one.pk)))
    assert "5/8 đồng ý, quá nửa số phiếu" in page
    step(client, one, "quyet-dinh", number="15/QĐ-UBND", on="2026-11-16")
    step(client, one, "trao", on="2026-11-18")

    one.refresh_from_db()
    assert one.status == "handed_over"


@pytest.mark.parametrize("day", ["first_on", "last_on"])
def test_a_nomination_with_one_day_alone_is_refused_with_what_was_typed(day, commune, login, chief):
    asked = {
        "subject_kind": "collective", "name": "Tổ 5", "kind": "building", "year": "2026",
        "what": "Vận động đủ hộ.", "form": make_form(commune).pk, "occasion": "Ngày hội",
        day: "2026-03-01",
    }  # fmt: skip

    refused = login(chief).post(address("commendation_new"), asked)

    assert refused.status_code == 400
    assert "Hãy ghi đủ hai ngày" in text_of(refused)
    assert "Vận động đủ hộ." in text_of(refused)
    assert not Achievement.objects.exists()


def test_what_may_be_the_same_stands_on_the_page(commune, login, chief):
    for where in ("Ấp 1", "Nhà văn hóa"):
        one = make_commendation(make_achievement(commune, name="Tổ 5", what=f"Vận động ở {where}"))

    page = text_of(login(chief).get(address("commendation_show", one.pk)))

    assert "Có thể là cùng một thành tích" in page


def test_an_achievement_is_put_forward_again_from_its_page(commune, login, chief):
    client, form = login(chief), make_form(commune)
    one = make_commendation(make_achievement(commune))
    step(client, one, "khong-khen", reason="Chờ thêm tài liệu.")

    page = step(client, one, "de-nghi-lai", form=one.form.pk, occasion="Cuối năm")
    step(client, one, "de-nghi-lai", form=form.pk, occasion="Cuối năm")
    refused = step(client, one, "de-nghi-lai", form=form.pk, occasion="Cuối năm")

    again = Commendation.objects.exclude(pk=one.pk).order_by("pk")
    assert [(made.achievement, made.form) for made in again] == [
        (one.achievement, one.form), (one.achievement, form),
    ]  # fmt: skip
    assert address("commendation_show", again[0].pk) in text_of(page)
    assert "đã được đề nghị hình thức này" in text_of(refused)


def test_no_page_puts_forward_again_an_informant_or_what_was_rewarded(commune, login, chief):
    client, said = login(chief), {"form": make_form(commune).pk, "occasion": "Cuối năm"}
    rewarded = make_achievement(commune)
    make_accepted(rewarded)

    for row, sentence in (
        (make_commendation(make_informant(commune)), "Khen người báo tin làm ở trang riêng"),
        (make_commendation(rewarded), "Mỗi thành tích chỉ khen một lần"),
    ):
        answer = step(client, row, "de-nghi-lai", **said)
        assert sentence in " ".join(said_after(answer))
        assert "de-nghi-lai" not in [offer.name for offer in answer.context["offers"]]
    assert Commendation.objects.count() == 3


def test_what_is_like_a_rewarded_one_takes_a_tick_for_its_decision(commune, login, chief):
    client, said = login(chief), {"number": "16/QĐ-UBND", "on": "2026-11-20"}
    make_accepted(make_achievement(commune, name="Tổ 5"))
    one = make_commendation(
        make_achievement(commune, name="Tổ 5", year=2025), status="voted", council="Hội đồng xã",
        voted_on=date(2026, 11, 10), votes_for=5, votes_against=0, votes_other=0,
    )  # fmt: skip

    refused = step(client, one, "quyet-dinh", **said)
    assert refused.status_code == 400
    assert 'name="quyet-dinh-is_another"' in text_of(refused)
    assert 'value="16/QĐ-UBND"' in text_of(refused)
    assert "Đã khen</span>" in text_of(refused)
    step(client, one, "quyet-dinh", is_another="on", **said)

    one.refresh_from_db()
    assert one.status == "accepted"


def test_an_informant_who_was_declined_is_on_the_page_again(opened_tip, login, chief):
    client, form = login(chief), make_form(opened_tip.commune)
    page = address("commendation_informants")
    said = {"tip": opened_tip.pk, "kind": "helping", "what": "Giúp ngăn một vụ vi phạm.",
            "form": form.pk, "occasion": informants.OCCASIONS[0]}  # fmt: skip
    client.post(page, said)
    assert "Ghi đề nghị khen" not in text_of(client.get(page))
    step(client, Commendation.objects.get(), "khong-khen", reason="Chờ thêm kết quả.")

    assert "Đề nghị lại được ở dưới" in text_of(client.get(page))
    client.post(page, said)

    assert Achievement.objects.count() == 1
    assert Commendation.objects.count() == 2


def test_an_informant_is_public_on_the_page_by_consent_alone(commune, login, chief):
    one = make_accepted(make_informant(commune))

    refused = step(login(chief), one, "cong-khai")

    assert refused.status_code == 400
    assert "văn bản đồng ý" in text_of(refused)
    one.refresh_from_db()
    assert not one.is_public


def said_after(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def test_a_step_that_was_taken_meanwhile_says_so_in_one_sentence(commune, hamlet, login, chief):
    client = login(chief)
    thanks = make_accepted(make_achievement(commune))
    made = make_checklist(commune, hamlet)
    taken = [
        (thanks, "cong-khai", {}, "Khen thưởng này đã ghi công khai trước đó."),
        (made, "dang-ky", {"on": "2026-02-01"}, "Bảng kiểm này đã ghi đăng ký trước đó."),
        (make_accepted(make_achievement(commune)), "bieu-quyet", {}, NOT_OFFERED),
    ]  # fmt: skip

    for row, name, said, sentence in taken:
        step(client, row, name, **said)
        assert said_after(step(client, row, name, **said)) == [sentence]


def test_an_officer_takes_no_step_that_the_chief_takes(commune, hamlet, login, actor):
    officer = actor(Role.OFFICER)
    make_assignment(make_officer(commune, user=officer), hamlet)
    put_forward = make_commendation(make_achievement(commune, hamlet=hamlet))
    voted = make_commendation(
        make_achievement(commune, hamlet=hamlet), status="voted", council="Hội đồng xã",
        voted_on=date(2026, 11, 10), votes_for=5, votes_against=0, votes_other=0,
    )  # fmt: skip
    made = make_checklist(commune, hamlet)
    client, on = login(officer), "2026-11-20"

    for row, name, said in [
        (put_forward, "dieu-kien", {}),
        (put_forward, "khong-khen", {"reason": "Chưa đủ"}),
        (voted, "quyet-dinh", {"number": "15/QĐ-UBND", "on": on}),
        (made, "ket-qua", {"is_recognised": "co", "number": "15/QĐ-UBND", "on": on}),
    ]:
        before = type(row).objects.values().get(pk=row.pk)
        answer = step(client, row, name, **said)
        assert answer.status_code == 200, name
        assert type(row).objects.values().get(pk=row.pk) == before
        assert name not in [offer.name for offer in answer.context["offers"]]
        assert len(said_after(answer)) == 1


def test_a_refused_step_is_open_with_what_was_typed_and_each_field_says_what_is_wrong(
    commune, hamlet, login, chief
):
    made = make_checklist(commune, hamlet)

    refused = step(login(chief), made, "tai-lieu", what="Tờ trình", on="", kind="proposal")

    page = text_of(refused)
    assert refused.status_code == 400
    assert [(offer.name, offer.is_open) for offer in refused.context["offers"]] == [
        ("dang-ky", False), ("tai-lieu", True), ("ket-qua", False)
    ]  # fmt: skip
    assert 'value="Tờ trình"' in page
    assert "hãy chọn lại tệp" in page
    assert re.findall(r'<label for="id_([^"]+)">[^<]+<span[^>]+>.không bắt buộc', page) == [
        "dang-ky-paper", "tai-lieu-item"
    ]  # fmt: skip
    ids = re.findall(r' id="([^"]+)"', page)
    named = [*re.findall(r'<label for="([^"]+)"', page), *told_by(page)]
    assert [(name, ids.count(name)) for name in named if ids.count(name) != 1] == []
    assert "id_tai-lieu-on_error" in named


def told_by(page: str) -> list[str]:
    return [
        name for said in re.findall(r'aria-describedby="([^"]+)"', page) for name in said.split()
    ]
