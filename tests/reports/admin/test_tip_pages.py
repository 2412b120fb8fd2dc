"""The pages of a tip, as an officer walks them on a phone."""

import io
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.models import AuditEvent
from accounts.users.roles import Role
from reports import intake
from reports.models import CannedReply, IdentityOpening, TipReport
from reports.triage import services as triage
from reports.vault import conflicts, openings
from tests.factories.accounts import make_user
from tests.factories.proofs import App, prove
from tests.factories.tips import make_canned, make_message, make_tip, make_triaged, make_worked

WORDS = "Tôi là Nguyễn Thị Mẫu, số 0900000123, nhà cạnh quán. Tối nào cũng có đánh bạc ở quán."


@pytest.fixture
def officer(officer_of, hamlet):
    return officer_of(hamlet)


@pytest.fixture
def client(login, officer):
    return login(officer)


def page(name, tip, *more):
    return reverse(f"admin:reports_tipreport_{name}", args=[tip.pk, *more])


def text_of(response):
    return response.content.decode()


def audited(action):
    return AuditEvent.objects.filter(action=action).count()


def test_from_new_to_closed_by_the_buttons_of_the_pages(client, officer, hamlet):
    tip = make_tip(hamlet=hamlet, words=WORDS)
    assert "Đọc và phân loại" in text_of(client.get(page("show", tip)))

    assert WORDS in text_of(client.post(page("read", tip)))
    client.post(
        page("sort", tip),
        {"kind": "feedback", "category": "te-nan", "urgency": "normal", "hamlet": hamlet.pk},
    )
    client.post(page("summary", tip), {"summary": "Đánh bạc buổi tối ở quán nước."})
    client.post(page("step", tip, "nhan"))
    client.post(page("step", tip, "bat-dau"))
    client.post(page("step", tip, "ghi-viec"), {"words": "Đã gặp chủ quán."})
    client.post(page("talk", tip), {"text": "Công an xã đang xác minh."})
    client.post(
        page("resolve", tip),
        {"disposition": "handled_here", "measure": "reminded", "outcome": "Đã nhắc nhở."},
    )
    client.post(page("tell", tip), {"text": "Công an xã đã nhắc nhở chủ quán."})
    answer = client.post(page("step", tip, "dong"), follow=True)

    tip.refresh_from_db()
    assert (tip.status, tip.disposition, tip.owner) == ("closed", "handled_here", officer)
    assert "Đã đóng phản ánh." in text_of(answer)
    assert tip.messages.filter(direction="out").count() == 2


def test_no_page_but_the_opened_one_shows_the_words(client, hamlet, officer):
    tip = make_worked(officer, hamlet=hamlet, words="lời niêm phong", summary="Tóm tắt sạch")
    shown = "".join(
        text_of(client.get(page(name, tip)))
        for name in ("show", "trail", "sort", "summary", "files", "assign", "alike", "identity")
    )
    listed = text_of(client.get(reverse("admin:reports_tipreport_changelist")))

    assert "lời niêm phong" not in shown + listed
    assert "Tóm tắt sạch" in listed
    assert client.get(page("read", tip)).status_code == 405
    assert audited("tip.words_read") == 0

    assert "lời niêm phong" in text_of(client.post(page("read", tip)))
    client.post(page("read", tip))

    assert audited("tip.words_read") == 2


def test_each_look_is_noted_once_a_minute(client, hamlet, officer):
    tip = make_worked(officer, hamlet=hamlet)
    cache.delete(f"tip-viewed:{officer.pk}:{tip.pk}")
    for _time in range(3):
        client.get(page("show", tip))

    assert audited("tip.viewed") == 1


def test_who_told_it_is_struck_out_beforehand(client, hamlet, officer):
    tip = make_worked(officer, hamlet=hamlet, words=WORDS, summary="")

    answer = client.post(page("strike", tip))

    proposed = answer.context["form"].initial["summary"]
    assert "0900000123" not in proposed
    assert "Nguyễn Thị Mẫu" not in proposed
    assert "đánh bạc" in proposed
    assert "<del>" in text_of(answer)
    again = client.post(page("strike", tip), {"again": "1"})
    assert again.context["form"].initial["summary"] == WORDS


def picture():
    kept = io.BytesIO()
    Image.new("RGB", (120, 80), "white").save(kept, "JPEG")
    return kept.getvalue()


def test_a_file_is_shown_with_the_name_of_who_looks_and_is_not_cached(client, hamlet, officer):
    tip = make_worked(officer, hamlet=hamlet)
    file = intake.keep_file(
        tip, intake.File(picture(), "image/jpeg"), position=0, at=tip.received_at
    )

    answer = client.get(page("file", tip, file.pk))

    assert (answer["Content-Type"], audited("tip.file_viewed")) == ("image/jpeg", 1)
    assert "no-store" in answer["Cache-Control"]
    with Image.open(io.BytesIO(answer.content)) as shown:
        assert shown.getpixel((60, 10)) > (240, 240, 240)
        assert shown.convert("L").getpixel((115, 70)) < 200  # the line across the foot
    other = make_worked(officer, hamlet=hamlet)
    assert client.get(page("file", other, file.pk)).status_code == 404


def test_the_talk_shows_both_sides_and_marks_nothing_read_by_itself(client, hamlet, officer):
    tip = make_worked(officer, hamlet=hamlet)
    make_message(tip, text="Tối qua lại có")
    canned = make_canned(hamlet.commune, stage="in_progress", text="Dự kiến [ngày] xong.")

    first = client.get(page("talk", tip), {"mau": canned.pk})

    assert "Tối qua lại có" in text_of(first)
    assert first.context["form"].initial == {"text": "Dự kiến [ngày] xong."}
    tip.refresh_from_db()
    assert (tip.has_unread, audited("tip.talk_read")) == (True, 1)
    refused = client.post(page("talk", tip), {"text": "Dự kiến [ngày] xong.", "mau": canned.pk})
    assert "Còn chỗ chưa điền: [ngày]" in text_of(refused)
    client.post(page("talk", tip), {"text": "Dự kiến thứ Sáu xong.", "mau": canned.pk})
    tip.refresh_from_db()
    assert (tip.has_unread, tip.messages.filter(direction="out").count()) == (False, 1)


def test_the_identity_is_shown_in_one_answer_and_in_no_page_after(
    login, client, hamlet, officer, chief
):
    person = intake.Person(name="Nguyễn Thị Mẫu", phone="0900000123")
    tip = make_worked(officer, hamlet=hamlet, person=person)
    app, chiefs_app = App(officer), App(chief)
    asking = text_of(client.get(page("identity", tip)))
    assert "Người báo tin đọc được dòng này" in asking
    asked = {"ask": "1", "reason": "Cần hỏi lại giờ xảy ra.", "aim": "identity"}
    client.post(page("identity", tip), {**asked, **app()})
    opening = IdentityOpening.objects.get()
    decide = reverse("admin:reports_identityopening_decide", args=[opening.pk])
    assert "Cần hỏi lại" in text_of(login(chief).get(decide))
    login(chief).post(decide, {"approve": "1", **chiefs_app()})

    before = text_of(client.get(page("identity", tip)))
    shown = text_of(client.post(page("identity", tip), {"open": "1", **app()}))
    after = text_of(client.get(page("identity", tip)))

    assert [person.name in text for text in (before, shown, after)] == [False, True, False]
    assert person.name not in text_of(login(chief).post(page("identity", tip), {"open": "1"}))
    assert audited("tip.identity_opened") == 1


def test_pages_are_the_same_with_and_without_a_name(client, hamlet, officer):
    pages = []
    for person in (intake.Person(name="Nguyễn Thị Mẫu", phone="0900000123"), None):
        tip = make_worked(officer, hamlet=hamlet, person=person)
        for name in ("show", "identity", "trail", "talk"):
            text = text_of(client.get(page(name, tip)))
            # A bare number would take its digits out of form tokens and times, too.
            pages.append(len(text.replace(tip.code, "").replace(f"/{tip.pk}/", "")))

    assert pages[:4] == pytest.approx(pages[4:], abs=40)


def test_a_tip_about_an_officer_is_gone_while_its_page_is_open(client, hamlet, officer, chief):
    tip = make_worked(officer, hamlet=hamlet)
    assert client.get(page("show", tip)).status_code == 200

    conflicts.add(tip, user=officer, by=chief)

    for name in ("show", "talk", "files", "trail", "identity"):
        assert client.get(page(name, tip)).status_code == 404
    assert client.post(page("read", tip)).status_code == 404
    assert client.post(page("step", tip, "ghi-viec"), {"words": "a"}).status_code == 404
    listed = client.get(reverse("admin:reports_tipreport_changelist"), {"q": tip.code})
    assert list(listed.context["cl"].result_list) == []


def test_who_sorts_a_tip_out_of_the_own_sight_is_told_so(client, hamlet, other_hamlet):
    tip = make_tip(hamlet=hamlet)
    sorted_as = {"kind": "feedback", "category": "te-nan", "urgency": "normal"}

    answer = client.post(page("sort", tip), {**sorted_as, "hamlet": other_hamlet.pk}, follow=True)

    assert answer.redirect_chain[-1][0] == reverse("admin:reports_tipreport_changelist")
    assert f"{tip.code} nay không thuộc phần việc của đồng chí" in text_of(answer)


def test_a_refused_text_stays_in_its_box(client, hamlet, officer):
    tip = make_worked(officer, hamlet=hamlet)
    text = "Bài dài " * 2_000

    answer = client.post(page("step", tip, "ghi-viec"), {"words": text})

    assert answer.status_code == 400
    assert "Hãy viết ngắn lại." in text_of(answer)
    assert text.strip() in text_of(answer)
    assert not tip.events.filter(kind="noted").exists()


def test_a_formal_letter_is_emptied_from_the_page(client, hamlet, officer):
    tip = make_triaged(hamlet=hamlet, words="lời tố cáo")

    answer = client.post(page("step", tip, "don-to-cao"), follow=True)

    tip.refresh_from_db()
    assert (tip.disposition, tip.sealed_texts.count()) == ("diverted", 0)
    assert answer.redirect_chain[-1][0] == reverse("admin:reports_tipreport_changelist")


def test_search_finds_by_words_code_and_hamlet(client, hamlet, officer):
    tip = make_triaged(hamlet=hamlet)
    triage.summarise(tip, by=officer, summary="Đá gà ăn tiền sau vườn điều")
    other = make_triaged(hamlet=hamlet, summary="Xe chạy ẩu")
    address = reverse("admin:reports_tipreport_changelist")

    def found(term):
        rows = client.get(address, {"q": term}).context["cl"].result_list
        return {row.pk for row in rows}

    assert found("da ga") == {tip.pk}
    assert found("VƯỜN ĐIỀU") == {tip.pk}
    assert found(other.code) == {other.pk}
    assert found("trộm chó") == set()
    assert AuditEvent.objects.filter(action="tip.searched").count() == 4
    assert "vườn" not in str(list(AuditEvent.objects.values_list("details", "reason")))


def test_tabs_hold_what_they_say(client, hamlet, officer):
    now = timezone.now()
    mine = make_worked(officer, hamlet=hamlet, next_due_at=now - timedelta(hours=1))
    free = make_triaged(hamlet=hamlet, next_due_at=now + timedelta(hours=5, minutes=1))
    new = make_tip(hamlet=hamlet)
    closed = make_triaged(hamlet=hamlet, status="closed", disposition="guided", closed_at=now)
    address = reverse("admin:reports_tipreport_changelist")

    def rows(tab):
        return {row.pk for row in client.get(address, {"viec": tab}).context["cl"].result_list}

    assert rows("moi") == {new.pk}
    assert rows("cua-toi") == rows("xac-minh") == rows("qua-han") == {mine.pk}
    assert rows("chua-giao") == {free.pk}
    assert rows("da-dong") == {closed.pk}
    officer_gone = make_user(hamlet.commune, Role.OFFICER, is_active=False)
    left_behind = make_worked(officer_gone, hamlet=hamlet)
    assert rows("chua-giao") == {free.pk, left_behind.pk}
    listed = text_of(client.get(address))
    assert "quá hạn 1 giờ" in listed
    assert "còn 5 giờ" in listed


def test_shipped_answers_are_copied_and_own_ones_changed(login, chief, officer):
    shipped = CannedReply.objects.filter(commune=None).first() or make_canned(None)
    client = login(chief)
    change = reverse("admin:reports_cannedreply_change", args=[shipped.pk])
    client.post(change, {"stage": "closed", "title": "x", "text": "x", "position": 0})
    shipped.refresh_from_db()
    assert shipped.title != "x"

    copy = client.get(reverse("admin:reports_cannedreply_add"), {"tu": shipped.pk})
    assert shipped.text in text_of(copy)
    client.post(
        reverse("admin:reports_cannedreply_add"),
        {"stage": "closed", "title": "Đóng của xã", "text": "Xong", "position": 1},
    )

    made = CannedReply.objects.get(title="Đóng của xã")
    assert (made.commune, audited("cannedreply.changed")) == (chief.commune, 1)


def test_a_second_approval_is_refused_on_the_page(login, client, hamlet, officer, chief):
    tip = make_worked(officer, hamlet=hamlet)
    opening = prove(openings.ask(tip, by=officer, reason="Cần hỏi lại giờ xảy ra."))
    decide = reverse("admin:reports_identityopening_decide", args=[opening.pk])
    boss = login(chief)
    boss.post(decide, {"approve": "1", **App(chief)()})

    answer = boss.post(decide, {"refuse": "1", "reason": "Thôi"}, follow=True)

    assert "không còn chờ duyệt" in text_of(answer)
    opening.refresh_from_db()
    assert opening.state == "approved"


def test_a_tip_waits_for_its_given_hands_on_the_page(login, hamlet, chief, officer, deputy_chief):
    tip = make_triaged(hamlet=hamlet)
    client = login(chief)
    deed = {"deed": "assign", "to-to": officer.pk, "seen": ""}
    client.post(page("assign", tip), deed)
    tip.refresh_from_db()
    assert tip.owner == officer

    late = login(deputy_chief).post(page("assign", tip), {**deed, "to-to": deputy_chief.pk})

    assert "Người phụ trách vừa đổi" in text_of(late)
    assert TipReport.objects.get(pk=tip.pk).owner == officer


def test_the_most_pressing_stands_first(client, hamlet, officer):
    now = timezone.now()
    late = make_worked(officer, hamlet=hamlet, next_due_at=now + timedelta(hours=2))
    urgent = make_worked(officer, hamlet=hamlet, urgency="urgent")
    now_happening = make_worked(officer, hamlet=hamlet, urgency="emergency")
    make_worked(officer, hamlet=hamlet, next_due_at=now + timedelta(days=2))

    listed = client.get(reverse("admin:reports_tipreport_changelist")).context["cl"].result_list

    assert [tip.pk for tip in listed][:3] == [now_happening.pk, urgent.pk, late.pk]


def test_splitting_leads_to_the_new_tip(client, hamlet):
    tip = make_tip(hamlet=hamlet)
    assert page("split", tip) in text_of(client.get(page("show", tip)))

    response = client.post(page("split", tip), {"summary": "Đốt rác trong khu dân cư."})

    made = TipReport.objects.exclude(pk=tip.pk).get()
    assert response.url == page("show", made)
    assert "Đốt rác trong khu dân cư." in text_of(client.get(response.url))
