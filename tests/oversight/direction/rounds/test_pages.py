"""The form and the page of a direction to many, as each role and against those who may not."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import AuditEvent
from accounts.users.roles import Role
from oversight.direction import services as directions
from oversight.direction.rounds.acts import NONE_CHOSEN
from oversight.direction.rounds.asked import ABOUT_TIPS
from oversight.models import Body, Direction, DirectionRound
from tests.factories.accounts import make_commune, make_user
from tests.factories.direction import (
    make_body,
    make_organisation,
    make_part,
    make_round,
    speaker_of,
)
from tests.factories.groups import make_hamlet

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"


@pytest.fixture
def office(party_office, login):
    return login(party_office)


@pytest.fixture
def given(commune):
    return make_round(commune, asked=[("Hộ đã tham gia", "hộ")])


def page(name, *args, kind="directionround"):
    return reverse(f"admin:oversight_{kind}_{name}", args=args)


def show(client, given, query=""):
    response = client.get(page("show", given.pk) + query)
    assert response.status_code == 200
    return response


def act(client, given, verb, parts=(), **said):
    data = {"viec": verb, "chon": [part.pk for part in parts], "loc": said.pop("loc", "")}
    if said.pop("all", False):
        data["tat-ca"] = "on"
    data |= {f"{verb}-{name}": value for name, value in said.items()}
    return client.post(page("settle", given.pk), data, follow=True)


def said_after(response):
    return [str(message) for message in response.context["messages"]]


def answered(given, party_office, count, value=5):
    """Parts of cells, for which the office wrote down a reply."""
    asked = given.asked.get()
    parts = [make_part(given, make_organisation(given.commune)) for _part in range(count)]
    for part in parts:
        directions.reply(part, "", by=party_office, numbers={asked.pk: value})
    return parts


def typed(to, **fields):
    today = timezone.localdate()
    values = {
        "recipients": to, "title": "Báo số hộ", "text": "Báo số hộ đã tham gia.",
        "directed_by": "Phó Bí thư", "given_on": f"{today:%Y-%m-%d}",
        "due_on": f"{today + timedelta(days=7):%Y-%m-%d}",
    }  # fmt: skip
    return values | fields


# One form


def test_one_form_gives_nineteen_hamlets_numbers_and_a_file(commune, office, party_office):
    for _hamlet in range(19):
        make_hamlet(commune)
    paper = SimpleUploadedFile("ke-hoach.pdf", PDF, content_type="application/pdf")
    numbers = {"asked_1": "Hộ đã tham gia", "unit_1": "hộ", "asked_2": "Hộ mới", "unit_2": "hộ"}

    response = office.post(page("add"), typed(["hamlet"], file_1=paper, **numbers), follow=True)

    given = DirectionRound.objects.get()
    assert response.redirect_chain[-1][0] == page("show", given.pk)
    assert said_after(response) == ["Đã giao cho 19 nơi. Mỗi nơi trả lời riêng."]
    assert given.parts.count() == 19
    assert [str(one) for one in given.asked.all()] == ["Hộ đã tham gia (hộ)", "Hộ mới (hộ)"]
    assert [one.name for one in given.files.all()] == ["ke-hoach.pdf"]
    assert given.issuer == "party"
    assert AuditEvent.objects.filter(action="directionround.given").count() == 1


def test_a_number_about_tips_is_refused_and_the_form_keeps_what_was_typed(commune, hamlet, office):
    data = typed([f"hamlet-{hamlet.pk}"], asked_1="Số tin báo của ấp", unit_1="tin")

    response = office.post(page("add"), data)

    assert response.status_code == 200
    assert ABOUT_TIPS in str(response.context["adminform"].form.errors["asked_1"])
    assert "Số tin báo của ấp" in response.content.decode()
    assert not DirectionRound.objects.exists()


def test_the_chief_directs_hamlets_in_the_name_of_the_police(commune, hamlet, chief, login):
    women = make_body(commune)
    client = login(chief)
    form = client.get(page("add")).context["adminform"].form

    offered = [key for key, _label in form.fields["recipients"].choices]
    assert offered == ["hamlet", f"hamlet-{hamlet.pk}"]
    client.post(page("add"), typed(["hamlet"], issuer="party"))
    client.post(page("add"), typed([f"body-{women.pk}"]))
    assert not DirectionRound.objects.exists()

    client.post(page("add"), typed(["hamlet"]))
    assert DirectionRound.objects.get().issuer == "police"


def test_a_seat_of_the_peoples_committee_with_the_right_issues_for_it(commune, hamlet, login):
    chair = speaker_of(make_body(commune, Body.Kind.COMMITTEE), Role.PARTY_OFFICE)

    login(chair).post(page("add"), typed(["hamlet"], issuer="committee"))

    assert DirectionRound.objects.get().issuer == "committee"


# The reply


def test_the_head_of_a_hamlet_replies_in_the_form_that_stands_open(
    hamlet, hamlet_head_of, given, login
):
    part = make_part(given, hamlet)
    client, asked = login(hamlet_head_of(hamlet)), given.asked.get()
    opened = client.get(page("show", part.pk, kind="direction"))
    offer = opened.context["offers"][0]
    assert (offer.name, offer.is_open) == ("tra-loi", True)

    url = page("step", part.pk, "tra-loi", kind="direction")
    missing = client.post(url, {})
    assert missing.status_code == 400
    assert "Không có thì ghi 0." in missing.content.decode()
    done = client.post(url, {f"tra-loi-so-{asked.pk}": "42"}, follow=True)

    assert said_after(done) == ["Đã ghi trả lời. Nơi ra chỉ đạo đọc được ngay."]
    assert part.replies.get().numbers.get().value == 42
    assert "Hộ đã tham gia: 42 hộ" in done.content.decode()
    assert "Xem cả đợt chỉ đạo" not in done.content.decode()


# One page


def test_the_page_counts_names_who_is_missing_and_sums(given, party_office, office, hamlet):
    answered(given, party_office, 3, value=1500)
    late = make_part(
        given, hamlet, given_on=given.given_on - timedelta(days=9),
        due_on=given.given_on - timedelta(days=1),
    )  # fmt: skip

    response = show(office, given)
    text = response.content.decode()

    assert response.context["content"].badge == "3/4 đã trả lời"
    assert response.context["content"].under == "1 quá hạn"
    assert [line.part for line, _url in response.context["missing"]] == [late]
    assert "<strong>4.500</strong>" in text
    narrowed = show(office, given, "?loc=qua").context["lines"]
    assert [line["answer"].part for line in narrowed] == [late]
    assert len(show(office, given, "?loc=khac").context["lines"]) == 4


def test_nineteen_are_settled_in_one_tick_and_one_press(given, party_office, office):
    answered(given, party_office, 19)

    done = act(office, given, "ghi-nhan", all=True)

    assert said_after(done) == ["Đã ghi nhận trả lời của 19 nơi."]
    assert set(given.parts.values_list("state", flat=True)) == {"accepted"}
    act(office, given, "xong", all=True)
    assert set(given.parts.values_list("state", flat=True)) == {"closed"}


def test_all_means_those_of_the_filter_that_the_act_fits(given, party_office, office):
    replied = answered(given, party_office, 2)
    waiting = make_part(given, make_organisation(given.commune))

    act(office, given, "nhac", all=True)
    act(office, given, "ghi-nhan", all=True, loc="cho")  # no reply stands there
    states = set(given.parts.values_list("state", flat=True))
    assert states == {"replied", "open"}
    act(office, given, "ghi-nhan", all=True)

    assert [part.events.filter(kind="reminded").count() for part in [*replied, waiting]] == [
        0,
        0,
        1,
    ]
    assert [Direction.objects.get(pk=part.pk).state for part in [*replied, waiting]] == [
        "accepted", "accepted", "open"
    ]  # fmt: skip


def test_a_ticked_place_that_an_act_does_not_fit_is_named(given, party_office, office):
    replied = answered(given, party_office, 1)
    waiting = make_part(given, make_organisation(given.commune))

    done = act(office, given, "ghi-nhan", [*replied, waiting])

    assert said_after(done) == [
        "Đã ghi nhận trả lời của 1 nơi.",
        f"{waiting.addressee}: Chưa có trả lời nên chưa ghi nhận hay trả lại được.",
    ]


def test_many_are_returned_with_a_reason_and_a_new_day(given, party_office, office):
    parts = answered(given, party_office, 2)
    due = timezone.localdate() + timedelta(days=3)

    blank = act(office, given, "tra-lai", parts, text="", due_on=f"{due:%Y-%m-%d}")
    assert blank.status_code == 400
    assert f'value="{due:%Y-%m-%d}"' in blank.content.decode()
    assert [line["is_chosen"] for line in blank.context["lines"]] == [True, True]
    act(office, given, "tra-lai", parts, text="Thiếu số.", due_on=f"{due:%Y-%m-%d}")

    assert set(given.parts.values_list("state", "due_on")) == {("returned", due)}
    assert show(office, given).context["content"].badge == "0/2 đã trả lời"


def test_many_without_a_reply_are_closed_only_with_a_reason(given, party_office, office):
    part = make_part(given, make_organisation(given.commune))

    refused = act(office, given, "khep-lai", [part], text="")
    assert "Hãy ghi lý do khép lại" in refused.content.decode()
    act(office, given, "khep-lai", [part], text="Giao nhầm.")

    assert given.parts.get().state == "closed"


def test_nothing_ticked_and_unknown_acts_change_nothing(given, party_office, office):
    answered(given, party_office, 1)

    assert said_after(act(office, given, "ghi-nhan")) == [NONE_CHOSEN]
    act(office, given, "xoa", all=True)

    assert given.parts.get().state == "replied"


def test_the_workbook_says_what_the_page_says(given, party_office, office):
    parts = answered(given, party_office, 3, value=7)
    directions.return_for_more(parts[2], "Thiếu.", due_on=timezone.localdate(), by=party_office)

    response = office.post(page("workbook", given.pk))

    rows = list(load_workbook(BytesIO(response.content)).active.iter_rows(values_only=True))
    assert [row[1] for row in rows[4:7]] == [part.addressee for part in parts]
    assert [row[5] for row in rows[4:8]] == [7, 7, "7 (chưa tính)", 14]
    assert "2/3 đã trả lời" in rows[1][0]
    assert AuditEvent.objects.filter(action="directionround.exported").count() == 1


def test_the_page_asks_as_much_for_nineteen_as_for_three(given, party_office, office):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            show(office, given)
        return len(asked)

    answered(given, party_office, 3)
    queries()
    few = queries()
    answered(given, party_office, 16)

    assert queries() == few


# Who may not


@pytest.mark.parametrize("role", list(Role))
def test_the_page_opens_for_the_party_and_for_its_issuer(role, commune, given, login):
    of_police = make_round(commune, issuer="police")
    of_committee = make_round(commune, issuer="committee")
    client = login(make_user(commune, role))

    seen = [
        client.get(page("show", row.pk)).status_code == 200
        for row in (given, of_police, of_committee)
    ]

    party = role in {Role.PARTY_OFFICE, Role.PARTY_MEMBER}
    assert seen == [party, party or role == Role.CHIEF, party]


@pytest.mark.parametrize("verb", ["ghi-nhan", "xong", "nhac", "tra-lai", "khep-lai"])
def test_nobody_but_the_issuer_settles(
    verb, commune, hamlet, given, party_office, chief, hamlet_head_of, login
):
    answered(given, party_office, 1)
    make_part(given, hamlet)
    strangers = [
        chief, hamlet_head_of(hamlet), make_user(commune, Role.PARTY_MEMBER),
        make_user(make_commune(), Role.PARTY_OFFICE), make_user(commune, Role.FRONT),
    ]  # fmt: skip
    before = list(given.parts.order_by("pk").values_list("state", "due_on"))
    due = f"{timezone.localdate():%Y-%m-%d}"

    for user in strangers:
        act(login(user), given, verb, all=True, text="Vì thế.", due_on=due)

    assert list(given.parts.order_by("pk").values_list("state", "due_on")) == before
    assert not Direction.objects.filter(events__kind="reminded").exists()


def test_a_part_of_another_round_is_not_settled_from_this_page(given, party_office, office):
    answered(given, party_office, 1)
    other = answered(make_round(given.commune, asked=[("Hộ", "hộ")]), party_office, 1)

    assert said_after(act(office, given, "ghi-nhan", other)) == [NONE_CHOSEN]
    assert Direction.objects.get(pk=other[0].pk).state == "replied"


def test_the_head_of_another_hamlet_reads_neither_page_nor_file_nor_reply(
    commune, hamlet, hamlet_head_of, office, given, login
):
    office.post(
        page("add"),
        typed(
            [f"hamlet-{hamlet.pk}"],
            file_1=SimpleUploadedFile("ke-hoach.pdf", PDF, content_type="application/pdf"),
        ),
    )
    sent = DirectionRound.objects.exclude(pk=given.pk).get()
    part, file = sent.parts.get(), sent.files.get()
    own, other = login(hamlet_head_of(hamlet)), login(hamlet_head_of(make_hamlet(commune)))
    addresses = [
        page("show", part.pk, kind="direction"),
        page("sent_file", part.pk, file.pk, kind="direction"),
    ]

    assert [own.get(one).status_code for one in addresses] == [200, 200]
    assert [other.get(one).status_code for one in addresses] == [404, 404]
    for client in (own, other):
        assert client.get(page("sent_file", sent.pk, file.pk)).status_code in {403, 404}
        assert client.post(page("workbook", sent.pk)).status_code in {403, 404}
    # Nor the file of one round by the address of a part of another.
    elsewhere = make_part(given, hamlet)
    wrong = page("sent_file", elsewhere.pk, file.pk, kind="direction")
    assert own.get(wrong).status_code == 404
    refused = other.post(
        page("step", part.pk, "tra-loi", kind="direction"), {"tra-loi-text": "Đã làm."}
    )
    assert refused.status_code == 404
    assert not part.replies.exists()


def test_another_commune_sees_nothing(given, party_office, login):
    answered(given, party_office, 1)
    far = login(make_user(make_commune(), Role.PARTY_OFFICE))

    assert far.get(page("show", given.pk)).status_code == 404
    assert far.post(page("workbook", given.pk)).status_code == 404
    assert given.title not in far.get(page("changelist")).content.decode()
