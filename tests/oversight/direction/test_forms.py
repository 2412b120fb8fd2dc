"""Forms of direction as people see them: what is offered, in which order, what is chosen."""

import pytest
from django.urls import reverse

from oversight.models import Body, GuidingDocument, PartyOrganisation, Plan, Proposal
from tests.factories.direction import (
    make_body,
    make_direction,
    make_document,
    make_issued,
    make_organisation,
    speaker_of,
)
from tests.factories.groups import make_hamlet

pytestmark = pytest.mark.django_db
KEYS = ["party", "committee", "police", "front", "farmers", "women", "youth", "veterans", "workers"]


@pytest.fixture
def office(party_office, login):
    return login(party_office)


def form_of(client, kind):
    response = client.get(reverse(f"admin:oversight_{kind}_add"))
    assert response.status_code == 200
    return response.context["adminform"].form, response.text


def labels(field):
    return [str(label) for _value, label in field.choices]


def test_bodies_stand_as_papers_name_them(commune, office):
    for kind in sorted(KEYS):
        make_body(commune, kind, name=f"Cơ quan {kind}")

    form, _page = form_of(office, "directionround")

    listed = office.get(reverse("admin:oversight_body_changelist")).context["cl"]
    assert [row.kind for row in listed.result_list] == KEYS
    offered = [one for one in labels(form.fields["recipients"]) if one.startswith("Cơ quan")]
    assert offered == [f"Cơ quan {kind}" for kind in KEYS[1:]]


def test_party_cells_of_hamlets_stand_as_the_hamlets_do(commune):
    for code, name in (("01", "Đồi Chè"), ("02", "Thanh Sơn"), ("03", "Tân Lập")):
        hamlet = make_hamlet(commune, code=code, name=name)
        make_organisation(commune, name=f"Chi bộ {name}", hamlet=hamlet)

    names = [row.name for row in PartyOrganisation.objects.all()]

    assert names == ["Chi bộ Đồi Chè", "Chi bộ Thanh Sơn", "Chi bộ Tân Lập"]


def test_proposal_of_the_office_is_nobodys_until_somebody_is_chosen(commune, office):
    for name in ("Chi bộ Một", "Chi bộ Hai"):
        make_organisation(commune, name=name)
    form, _page = form_of(office, "proposal")

    sent = office.post(
        reverse("admin:oversight_proposal_add"),
        {"sender": "", "title": "Thêm loa", "text": "Loa nghe không rõ."},
    )

    assert form.fields["sender"].choices[0] == ("", "Chọn nơi kiến nghị")
    assert "sender" in sent.context["adminform"].form.errors
    assert not Proposal.objects.exists()


def test_who_speaks_for_one_place_chooses_nothing(commune, login):
    women = make_body(commune, Body.Kind.WOMEN)

    form, _page = form_of(login(speaker_of(women)), "proposal")

    assert labels(form.fields["sender"]) == [str(women)]


def test_bases_of_a_plan_are_ticked_and_need_no_key(commune, login):
    women = make_body(commune, Body.Kind.WOMEN)
    client = login(speaker_of(women))
    bases = [make_document(commune, number=f"{number}-CV/ĐU") for number in (1, 2)]
    _form, page = form_of(client, "plan")
    asked = {
        "body": women.pk, "subject": "Vận động hội viên", "starts_on": "2026-01-01",
        "ends_on": "2026-12-31", "purposes": "Giữ bình yên.", "duties": "Hội chủ trì.",
        "bases": [one.pk for one in bases],
    }  # fmt: skip

    client.post(reverse("admin:oversight_plan_add"), asked)

    assert page.count('type="checkbox" name="bases"') == len(bases)
    assert "Ctrl" not in page.replace("<kbd>Ctrl K</kbd>", "")
    assert set(Plan.objects.get().bases.all()) == set(bases)


def test_directions_of_one_title_are_told_apart_by_their_place(commune, office):
    police, front = (make_body(commune, kind) for kind in (Body.Kind.POLICE, Body.Kind.FRONT))
    given = [make_direction(one, title="Báo cáo kết quả") for one in (police, front)]

    form, page = form_of(office, "spreading")

    told = {f"Báo cáo kết quả ({one.addressee}, {one.given_on:%d/%m/%Y})" for one in given}
    assert len(told) == 2
    assert told < set(labels(form.fields["direction"]))
    assert 'type="date" name="held_on"' in page
    assert "related-widget-wrapper-link" not in page


def test_kind_of_a_document_is_asked_for_and_its_days_stand_in_order(office):
    asked = {
        "number": "22-CV/ĐU", "issued_on": "2026-11-20", "issuer": "Đảng ủy xã", "kind": "",
        "summary": "Đẩy mạnh mô hình", "spread_by": "2026-11-01",
    }  # fmt: skip
    add = reverse("admin:oversight_guidingdocument_add")
    form, _page = form_of(office, "guidingdocument")

    unasked = office.post(add, asked).context["adminform"].form.errors
    early = office.post(add, asked | {"kind": "letter"}).context["adminform"].form.errors
    office.post(add, asked | {"kind": "letter", "spread_by": "2026-11-20"})

    assert form.fields["kind"].choices[0] == ("", "Hãy chọn")
    assert "kind" in unasked
    assert early == {"spread_by": ["Hạn quán triệt phải từ ngày ban hành trở đi."]}
    assert GuidingDocument.objects.get().get_kind_display() == "Công văn"


@pytest.mark.parametrize("kind", ["partyorganisation", "body"])
def test_kinds_in_registers_are_chosen_by_a_person(office, kind):
    form, _page = form_of(office, kind)

    assert form.fields["kind"].choices[0] == ("", "Hãy chọn")


def test_plans_sorted_by_their_body_open(commune, office):
    make_issued(make_body(commune, Body.Kind.WOMEN))
    plans = reverse("admin:oversight_plan_changelist")

    assert [office.get(plans, {"o": str(column)}).status_code for column in range(1, 6)] == [
        200
    ] * 5
