"""Pages of direction and plans: forms, steps in one press, lists and what waits at home."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.step_pages.pages import NOT_OFFERED
from accounts.users.roles import Role
from oversight.models import (
    Body,
    Direction,
    GuidingDocument,
    Milestone,
    PartyOrganisation,
    Plan,
    Proposal,
    Spreading,
)
from oversight.plans import services as plans
from tests.factories.accounts import make_user
from tests.factories.direction import (
    make_body,
    make_direction,
    make_document,
    make_issued,
    make_milestone,
    make_organisation,
    make_plan,
    make_proposal,
    make_spreading,
    speaker_of,
)
from tests.factories.groups import make_hamlet

pytestmark = pytest.mark.django_db
WORDS = "Đã họp ở các chi hội và phân công."


@pytest.fixture
def office(party_office, login):
    return login(party_office)


@pytest.fixture
def women(commune):
    return make_body(commune, Body.Kind.WOMEN)


@pytest.fixture
def speaker(women, login):
    return login(speaker_of(women))


def page(name, kind="direction", *args):
    return reverse(f"admin:oversight_{kind}_{name}", args=args)


def press(client, row, step, **said):
    """Press a button of a sheet, its form filled in."""
    data = {f"{step}-{name}": value for name, value in said.items()}
    return client.post(page("step", row._meta.model_name, row.pk, step), data, follow=True)


def offered(client, row):
    response = client.get(page("show", row._meta.model_name, row.pk))
    assert response.status_code == 200
    return [offer.name for offer in response.context["offers"]]


def said_after(response):
    return [str(message) for message in response.context["messages"]]


def new_direction(to, **fields):
    today = timezone.localdate()
    values = {
        "recipients": to, "title": "Báo số hộ", "text": "Báo số hộ đã tham gia.",
        "directed_by": "Phó Bí thư", "given_on": f"{today:%Y-%m-%d}",
        "due_on": f"{today + timedelta(days=7):%Y-%m-%d}",
    }  # fmt: skip
    return values | fields


def test_the_office_directs_many_at_once_and_each_has_a_sheet(commune, women, hamlet, office):
    cell = make_organisation(commune)
    to = [f"body-{women.pk}", f"hamlet-{hamlet.pk}", f"organisation-{cell.pk}"]

    response = office.post(page("add", "directionround"), new_direction(to), follow=True)

    assert said_after(response) == ["Đã giao cho 3 nơi. Mỗi nơi trả lời riêng."]
    assert {row.addressee for row in Direction.objects.all()} == {
        str(women), str(hamlet), str(cell)
    }  # fmt: skip


def test_every_hamlet_is_chosen_by_one_tick_and_directed_once(commune, women, hamlet, office):
    other = make_hamlet(commune)
    to = ["hamlet", f"hamlet-{hamlet.pk}", f"body-{women.pk}"]

    office.post(page("add", "directionround"), new_direction(to))

    given = Direction.objects.order_by("pk").values_list("hamlet", "body")
    assert sorted(given, key=str) == sorted(
        [(None, women.pk), (hamlet.pk, None), (other.pk, None)], key=str
    )


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("text", "TỐI MẬT: danh sách", "mật"),
        ("due_on", "2020-01-01", "Hạn trả lời phải từ ngày chỉ đạo trở đi."),
        ("recipients", [], ""),
        ("recipients", ["hamlet-0"], ""),
    ],
)
def test_a_refused_direction_keeps_what_was_typed(field, value, sentence, women, office):
    data = new_direction([f"body-{women.pk}"], title="Một việc riêng") | {field: value}

    response = office.post(page("add", "directionround"), data)

    assert response.status_code == 200
    assert "Một việc riêng" in response.content.decode()
    assert sentence in str(response.context["adminform"].form.errors)
    assert not Direction.objects.exists()


def test_no_place_of_another_commune_is_offered_or_taken(office):
    away = make_hamlet()
    form = office.get(page("add", "directionround")).context["adminform"].form

    assert f"hamlet-{away.pk}" not in dict(form.fields["recipients"].choices)
    office.post(page("add", "directionround"), new_direction([f"hamlet-{away.pk}"]))
    assert not Direction.objects.exists()


def test_a_direction_goes_from_reply_to_return_to_acceptance(women, office, speaker):
    row = make_direction(women)
    due = f"{timezone.localdate() + timedelta(days=3):%Y-%m-%d}"

    assert (offered(office, row), offered(speaker, row)) == (["nhac", "khep-lai"], ["tra-loi"])
    press(speaker, row, "tra-loi", text=WORDS)
    assert offered(office, row) == ["ghi-nhan", "tra-lai"]
    press(office, row, "tra-lai", text="Thiếu số hộ.", due_on=due)
    press(speaker, row, "tra-loi", text="Có 120 hộ tham gia.")
    done = press(office, row, "ghi-nhan")

    assert said_after(done) == ["Đã ghi nhận trả lời."]
    assert [entry.what for entry in done.context["content"].history] == [
        "Trả lời", "Trả lại", "Trả lời", "Ghi nhận"
    ]  # fmt: skip
    assert offered(speaker, row) == []


def test_a_refused_reply_keeps_what_was_typed(women, office, speaker):
    row = make_direction(women)
    press(speaker, row, "tra-loi", text=WORDS)

    again = press(speaker, row, "tra-loi", text=WORDS)

    assert again.status_code == 400
    assert "Trả lời này đã được ghi rồi." in again.content.decode()
    assert WORDS in str(dict_of(again)["tra-loi"]["text"])
    assert again.context["content"].badge == "Đã trả lời"


def dict_of(response):
    return {offer.name: offer.form for offer in response.context["offers"]}


@pytest.mark.parametrize("step", ["tra-loi", "ghi-nhan", "tra-lai", "khep-lai", "khac"])
def test_no_step_is_taken_by_whom_it_does_not_belong_to(step, commune, women, login):
    row = make_direction(women, state="replied", answered_on=timezone.localdate())
    reader = make_user(commune, Role.PARTY_MEMBER)
    client = login(reader)
    due = f"{timezone.localdate():%Y-%m-%d}"

    for said in ({"text": WORDS, "due_on": due}, {}):
        press(client, row, step, **said)

    row.refresh_from_db()
    assert (row.state, row.replies.count()) == ("replied", 0)
    assert offered(client, row) == []


def test_documents_bodies_and_party_organisations_are_added_in_their_forms(commune, hamlet, office):
    today = f"{timezone.localdate():%Y-%m-%d}"
    forms = {
        "guidingdocument": {
            "number": "9-CV/ĐU", "issued_on": today, "issuer": "Đảng ủy xã", "kind": "letter",
            "summary": "Về công tác an ninh",
        },
        "body": {"kind": "farmers", "name": "Hội Nông dân xã"},
        "partyorganisation": {"name": "Chi bộ ấp", "kind": "hamlet_cell", "hamlet": hamlet.pk},
    }  # fmt: skip
    for kind, data in forms.items():
        answer = office.post(page("add", kind), data)

        assert answer.status_code == 302, (kind, answer.context["adminform"].form.errors)
    for kind in (GuidingDocument, Body, PartyOrganisation):
        assert kind.objects.get().commune == commune


def test_a_file_of_a_reply_is_fetched_by_who_sees_the_direction(women, commune, speaker, login):
    row = make_direction(women)
    picture = SimpleUploadedFile("bao-cao.txt", b"khong phai van ban", content_type="text/plain")
    refused = press(speaker, row, "tra-loi", text=WORDS, file=picture)

    assert refused.status_code == 400
    assert "hãy chọn lại tệp" in refused.content.decode()
    assert row.replies.count() == 0


def test_a_sheet_has_no_empty_card_and_no_empty_bar(commune, women, hamlet, login):
    step = make_milestone(make_issued(women), hamlet=hamlet)
    reader = login(make_user(commune, Role.PARTY_MEMBER))

    text = reader.get(page("show", "milestone", step.pk)).content.decode()

    assert ('aria-label="Nội dung"' in text, "by-main-steps" in text) == (False, False)


def test_a_step_is_done_in_one_press_by_the_head_of_its_hamlet(
    women, hamlet, hamlet_head_of, login
):
    step = make_milestone(make_issued(women), hamlet=hamlet, due_on=timezone.localdate())
    head = login(hamlet_head_of(hamlet))

    assert offered(head, step)[0] == "xong-hom-nay"
    response = press(head, step, "xong-hom-nay")
    twice = press(head, step, "xong-hom-nay")

    step.refresh_from_db()
    assert (step.state, step.done_on) == ("done", timezone.localdate())
    assert said_after(response) == ["Đã ghi xong hôm nay."]
    assert said_after(twice) == ["Việc này đã báo xong trước đó."]
    assert step.reports.count() == 1


def test_a_day_to_come_is_refused_and_the_evidence_stays_typed(women, speaker):
    step = make_milestone(make_issued(women), due_on=timezone.localdate())
    tomorrow = timezone.localdate() + timedelta(days=1)

    response = press(speaker, step, "xong", done_on=f"{tomorrow:%Y-%m-%d}", evidence="Có biên bản")

    assert response.status_code == 400
    assert "Ngày xong chưa tới" in response.content.decode()
    assert "Có biên bản" in str(dict_of(response)["xong"]["evidence"])
    assert response.context["content"].badge == "Chưa làm"


def test_evidence_is_a_page_of_the_portal_alone(women, speaker):
    step = make_milestone(make_issued(women), due_on=timezone.localdate())
    today = f"{timezone.localdate():%Y-%m-%d}"

    away = press(speaker, step, "xong", done_on=today, link="https://example.com/x")
    assert away.status_code == 400
    assert Milestone.objects.get(pk=step.pk).state == "pending"

    press(speaker, step, "xong", done_on=today, link="https://cong.example.vn/admin/groups/")
    assert Milestone.objects.get(pk=step.pk).evidence_link == "/admin/groups/"


def test_a_step_never_shows_the_page_of_a_tip(women, speaker):
    step = make_milestone(make_issued(women))
    today = f"{timezone.localdate():%Y-%m-%d}"

    for link in ("/admin/reports/tipreport/7/xem/", "/admin//reports/tipreport/7/xem/"):
        refused = press(speaker, step, "xong", done_on=today, link=link)
        assert refused.status_code == 400
        assert "không phải trang của phản ánh" in refused.content.decode()

    step.refresh_from_db()
    assert (step.state, step.evidence_link) == ("pending", "")


def test_a_plan_is_drafted_filled_issued_and_then_no_longer_changed(
    commune, women, hamlet, speaker
):
    other = make_hamlet(commune)
    today = timezone.localdate()
    data = {
        "body": women.pk, "subject": "Phòng lừa đảo", "starts_on": f"{today:%Y-%m-%d}",
        "ends_on": f"{today + timedelta(days=30):%Y-%m-%d}", "purposes": "Hội viên biết.",
        "duties": "Chi hội làm.",
    }  # fmt: skip
    response = speaker.post(page("add", "plan"), data, follow=True)
    plan = Plan.objects.get()
    assert response.request["PATH_INFO"] == page("show", "plan", plan.pk)

    press(speaker, plan, "moi-ap", what="Sinh hoạt", responsible="Chi hội", due_on="")
    assert set(plan.milestones.values_list("hamlet", flat=True)) == {hamlet.pk, other.pk}
    said = {"number": "3/KH-PN", "issued_on": f"{today:%Y-%m-%d}", "signed_by": "Chủ tịch Hội"}
    press(speaker, plan, "ban-hanh", **said)

    assert offered(speaker, plan) == ["khep-lai"]
    changed = speaker.post(page("change", "plan", plan.pk), data | {"subject": "Khác"})
    assert changed.status_code == 302
    plan.refresh_from_db()
    assert (plan.subject, plan.state) == ("Phòng lừa đảo", "issued")


def test_a_draft_that_was_removed_meanwhile_says_so_in_one_sentence(women, speaker, monkeypatch):
    plan = make_plan(women)
    drop_draft = plans.drop_draft

    def second(row, *, by, reason):
        Plan.objects.filter(pk=row.pk).delete()  # the first press, since this page was fetched
        drop_draft(row, by=by, reason=reason)

    monkeypatch.setattr(plans, "drop_draft", second)

    answer = press(speaker, plan, "xoa-du-thao", reason="Lập nhầm.")

    assert answer.request["PATH_INFO"] == page("changelist", "plan")
    assert said_after(answer) == [NOT_OFFERED]


def test_an_account_without_a_body_is_told_who_gives_it_one(front, login):
    answer = login(front).get(page("add", "plan"), follow=True)

    assert "Văn phòng Đảng ủy" in answer.content.decode()


def test_spreading_is_written_down_from_the_document_and_once(commune, office):
    document = make_document(commune, spread_by=timezone.localdate())
    cell = make_organisation(commune)
    sheet = office.get(page("show", "guidingdocument", document.pk))
    line = next(one for one in sheet.context["content"].lines if one.title == str(cell))
    form = office.get(line.url).context["adminform"].form

    assert (form.initial["document"], form.initial["organisation"]) == (
        str(document.pk), str(cell.pk)
    )  # fmt: skip
    data = {
        "document": document.pk, "organisation": cell.pk, "attendees": 21,
        "held_on": f"{timezone.localdate():%Y-%m-%d}",
    }  # fmt: skip
    for status in (302, 200):
        assert office.post(page("add", "spreading"), data).status_code == status
    assert Spreading.objects.get().attendees == 21


def test_a_proposal_is_sent_answered_and_not_withdrawn_after(women, office, speaker):
    sent = speaker.post(
        page("add", "proposal"),
        {"sender": f"body-{women.pk}", "title": "Thêm loa", "text": "Loa không rõ."},
    )
    row = Proposal.objects.get()

    assert sent.status_code == 302
    assert (offered(office, row), offered(speaker, row)) == (["tra-loi"], ["rut"])
    press(office, row, "tra-loi", text="Đồng ý.")
    late = press(speaker, row, "rut", reason="Gửi nhầm.")
    assert said_after(late) == ["Kiến nghị này đã được trả lời trước đó."]
    assert Proposal.objects.get().state == "answered"


def test_home_lists_what_each_has_to_do(commune, women, hamlet, hamlet_head_of, office, login):
    speaker = login(speaker_of(women))
    head = login(hamlet_head_of(hamlet))
    today = timezone.localdate()
    make_direction(women)
    make_direction(hamlet)
    make_direction(women, state="replied", answered_on=today)
    make_milestone(make_issued(women), hamlet=hamlet, due_on=today)
    make_proposal(women)
    make_organisation(commune)
    make_document(commune, spread_by=today)

    def titles(client):
        text = client.get(reverse("admin:index")).content.decode()
        return {title for title in HOME if title in text}

    assert titles(speaker) == {HOME[0], HOME[1]}
    assert titles(head) == {HOME[0], HOME[1]}
    assert titles(office) == {HOME[2], HOME[3], HOME[4]}
    assert titles(login(make_user(commune, Role.PARTY_MEMBER))) == set()


HOME = (
    "Chỉ đạo chờ trả lời", "Việc trong kế hoạch sắp đến hạn", "Trả lời chỉ đạo chờ ghi nhận",
    "Kiến nghị chờ trả lời", "Chi bộ chưa báo quán triệt",
)  # fmt: skip


@pytest.mark.parametrize("kind", ["direction", "milestone", "plan", "proposal", "spreading"])
def test_lists_ask_as_much_for_many_rows_as_for_few(kind, commune, women, office):
    document, plan = make_document(commune), make_issued(women)
    author = plan.created_by

    def more(number):
        for _one in range(number):
            if kind == "direction":
                make_direction(women, created_by=author)
            elif kind == "milestone":
                make_milestone(plan, due_on=timezone.localdate())
            elif kind == "plan":
                make_milestone(make_plan(women, created_by=author))
            elif kind == "proposal":
                make_proposal(women, sent_by=author)
            else:
                make_spreading(make_organisation(commune), document, recorded_by=author)

    more(2)
    few = queries_of(office, kind)
    more(40)

    assert queries_of(office, kind) <= few


def queries_of(client, kind):
    with CaptureQueriesContext(connection) as asked:
        assert client.get(page("changelist", kind)).status_code == 200
    return len(asked)


def test_sheet_of_a_plan_asks_as_much_for_300_steps_as_for_two(women, office):
    few, many = make_issued(women), make_issued(women)
    for plan, number in ((few, 2), (many, 300)):
        Milestone.objects.bulk_create(
            Milestone(plan=plan, what=f"Việc {one}", responsible="Trưởng ấp")
            for one in range(number)
        )
    counts = []
    for plan in (few, many):
        with CaptureQueriesContext(connection) as asked:
            sheet = office.get(page("show", "plan", plan.pk)).context["content"]
        counts.append((len(sheet.lines), len(asked)))

    assert [lines for lines, _asked in counts] == [2, 300]
    assert counts[0][1] == counts[1][1]


def test_a_long_answer_to_a_step_that_is_gone_can_be_copied(commune, women, office, login):
    speaker, direction = login(speaker_of(women)), make_direction(women)
    text = "Đã vận động 40 hộ lắp đèn ở đường làng, còn 3 hộ."
    assert said_after(press(speaker, direction, "tra-loi", text="Xong.")) != []
    press(office, direction, "ghi-nhan")

    late = press(speaker, direction, "tra-loi", text=text)

    page = late.content.decode()
    assert (late.status_code, late.redirect_chain) == (400, [])
    assert "Chữ vừa gõ chưa gửi được." in page
    assert f"readonly>{text}</textarea>" in page
