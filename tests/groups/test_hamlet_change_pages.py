"""Pages of mergers, splits and renamings: step by step, for the chief alone."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.users.roles import Role
from groups.hamlet_changes import services as hamlet_changes
from groups.models import Hamlet, HamletChange, HamletChangeResult
from tests.factories.groups import (
    make_group,
    make_hamlet,
    make_hamlet_change,
    make_member,
    make_membership,
    make_team,
)

Kind, State = HamletChange.Kind, HamletChange.State
PAGES = ("show", "results", "placing", "people", "rehearse", "deed", "paper")


def url(page: str, *args: object) -> str:
    return reverse(f"admin:groups_hamletchange_{page}", args=args)


def decision(*hamlets: Hamlet, **fields: Any) -> dict[str, Any]:
    today = timezone.localdate().isoformat()
    return {
        "kind": "merge", "decision_number": "12/NQ-HĐND", "decision_on": today,
        "effective_on": today, "sources": [hamlet.pk for hamlet in hamlets],
    } | fields  # fmt: skip


def result_fields(*rows: tuple[str, str, int], rest: int = 0) -> dict[str, str]:
    fields = {"count": str(len(rows)), "rest": str(rest)}
    for number, (name, code, households) in enumerate(rows):
        fields |= {
            f"ap-{number}-kind": "ap", f"ap-{number}-name": name, f"ap-{number}-code": code,
            f"ap-{number}-households": str(households),
        }  # fmt: skip
    return fields


@pytest.fixture
def big(commune):
    return make_hamlet(commune, name="Bàu Sen", code="AP01", households=600)


@pytest.fixture
def small(commune):
    return make_hamlet(commune, name="Đồi Chè", code="AP02", households=300)


@pytest.fixture
def client(login, chief):
    return login(chief)


def test_chief_merges_two_hamlets_from_decision_to_deed(client, big, small):
    make_membership(make_member(big, team=make_team(big)), make_group(big))

    answer = client.post(url("add"), decision(big, small))
    change = HamletChange.objects.get()
    assert answer["Location"] == url("results", change.pk)
    guessed = client.get(url("results", change.pk)).context["form"].forms[0]
    assert (guessed["name"].value(), guessed["households"].value()) == ("Bàu Sen", 900)
    client.post(url("results", change.pk), result_fields(("Tân Sen", "AP03", 900)))
    client.post(url("rehearse", change.pk))
    page = client.get(url("show", change.pk)).content.decode()
    for said in ("chưa có gì thay đổi", "Tổ nhân dân", "Thành viên", "Nhóm Zalo"):
        assert said in page
    assert Hamlet.objects.count() == 2
    refused = client.post(url("deed", change.pk), {})
    assert "Hãy đánh dấu đồng ý" in refused.content.decode()
    client.post(url("deed", change.pk), {"sure": "yes"})

    change.refresh_from_db()
    assert change.state == State.DONE
    assert Hamlet.objects.get(code="AP03").members.count() == 1


def test_page_of_what_was_done_keeps_the_old_names_and_figures(client, chief, big, small):
    member = make_member(big)
    change = prepared(chief, big, small)
    hamlet_changes.rehearse(change, by=chief)
    hamlet_changes.carry_out(change, by=chief)
    Hamlet.objects.filter(pk=big.pk).update(name="Tên sửa sau")
    member.delete()

    page = client.get(url("show", change.pk)).content.decode()

    assert "Ấp Bàu Sen" in page
    assert "Tên sửa sau" not in page.split("chg-numbers")[0].split("</nav>")[-1]
    assert change.sources.get(hamlet=big).figures["members"] == 1
    assert client.get(url("change", change.pk))["Location"] == url("show", change.pk)


def prepared(chief: Any, *hamlets: Hamlet, **fields: Any) -> HamletChange:
    change = make_hamlet_change(*hamlets, by=chief, **fields)
    results = [HamletChangeResult(name="Tân Sen", code="AP03", households=900)]
    return hamlet_changes.set_results(change, results, by=chief)


def test_deed_sent_twice_happens_once(client, chief, big, small):
    change = prepared(chief, big, small)
    client.post(url("rehearse", change.pk))
    client.post(url("deed", change.pk), {"sure": "yes"})

    again = client.post(url("deed", change.pk), {"sure": "yes"}, follow=True)

    assert "đã thực hiện" in again.content.decode()
    assert Hamlet.objects.filter(code="AP03").count() == 1


def test_deed_before_its_first_day_is_refused(client, chief, big, small):
    day = timezone.localdate() + timedelta(days=5)
    change = prepared(chief, big, small, effective_on=day)
    client.post(url("rehearse", change.pk))

    answer = client.post(url("deed", change.pk), {"sure": "yes"})

    assert f"có hiệu lực từ {day:%d/%m/%Y}" in answer.content.decode()
    assert Hamlet.objects.filter(valid_to=None).count() == 2


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"sources": []}, "Mục này không được để trống."),
        ({"kind": "rename"}, "Hãy chọn đúng một nơi."),
        ({"decision_number": ""}, "Mục này không được để trống."),
        ({"effective_on": "2020-01-01"}, "không thể trước ngày ban hành"),
    ],
)
def test_decision_that_cannot_be_is_named_at_its_field(client, big, small, fields, sentence):
    answer = client.post(url("add"), decision(big, small) | fields)

    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert not HamletChange.objects.exists()


def test_split_is_placed_team_by_team_and_person_by_person(client, big):
    first, second = make_team(big, households=500), make_team(big, households=100)
    moves = make_member(big, team=second)
    loose = make_member(big, full_name="Trần Văn Lẻ")
    client.post(url("add"), decision(big, kind="split"))
    change = HamletChange.objects.get()
    answer = client.post(
        url("results", change.pk),
        result_fields(("Bàu Sen 1", "AP01", 500), ("Bàu Sen 2", "AP09", 100)),
    )
    assert answer["Location"] == url("placing", change.pk)
    rest, part = change.results.order_by("pk")
    assert (rest.code, rest.takes_rest, part.takes_rest) == ("AP01", True, False)
    assert "Còn 2 tổ chưa chia" in client.get(url("show", change.pk)).content.decode()

    client.post(
        url("placing", change.pk),
        {f"team-{first.pk}": rest.pk, f"team-{second.pk}": part.pk},
    )
    assert "Trần Văn Lẻ" in client.get(url("people", change.pk), {"q": "le"}).content.decode()
    assert AuditEvent.objects.get(action="hamlet.people_listed").details == {"rows": 1}
    client.post(url("people", change.pk), {f"member-{loose.pk}": part.pk})
    client.post(url("rehearse", change.pk))
    client.post(url("deed", change.pk), {"sure": "yes"})

    assert set(Hamlet.objects.get(code="AP09").members.all()) == {moves, loose}


def test_forged_placements_are_refused(client, chief, big, small):
    change = make_hamlet_change(big, by=chief, kind=Kind.SPLIT)
    hamlet_changes.set_results(
        change,
        [HamletChangeResult(name="A", code="AP07"), HamletChangeResult(name="B", code="AP08")],
        by=chief,
    )
    foreign, mine = make_team(small), make_team(big)
    result = change.results.first()

    for data in (
        {f"team-{foreign.pk}": result.pk},
        {f"team-{mine.pk}": result.pk + 999},
        {f"member-{make_member(big, team=mine).pk}": result.pk},
    ):
        answer = client.post(url("placing", change.pk), data, follow=True)
        assert "không thuộc ấp đang chia" in answer.content.decode()
    assert not change.placements.exists()


def test_others_find_no_page(login, actor, officer_of, hamlet_head_of, other_commune, chief, big):
    change = make_hamlet_change(big, by=chief)
    chief_of_elsewhere = actor(Role.CHIEF, username="truong.noi.khac")
    chief_of_elsewhere.commune = other_commune
    chief_of_elsewhere.save()

    for user, status in (
        (officer_of(big), 403),
        (hamlet_head_of(big), 403),
        (chief_of_elsewhere, 404),
    ):
        client = login(user)
        for page in PAGES:
            method = client.post if page == "rehearse" else client.get
            assert method(url(page, change.pk)).status_code == status, page
    change.refresh_from_db()
    assert change.state == State.DRAFT


def test_forged_hamlet_of_elsewhere_is_refused(client, other_commune, big):
    foreign = make_hamlet(other_commune)

    answer = client.post(url("add"), decision(big, foreign))

    assert answer.status_code == 200
    assert not HamletChange.objects.exists()


def test_home_names_changes_that_are_due(client, chief, big, small):
    late = timezone.localdate() - timedelta(days=2)
    change = prepared(chief, big, small, decision_on=late, effective_on=late)

    page = client.get(reverse("admin:index")).content.decode()

    assert url("show", change.pk) in page
    assert f"có hiệu lực từ {late:%d/%m/%Y}" in page


def test_paper_is_kept_replaced_handed_out_and_removed(
    client, login, officer_of, big, small, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.MEDIA_ROOT = tmp_path

    def pdf(text: bytes) -> SimpleUploadedFile:
        return SimpleUploadedFile("nghi quyet.pdf", b"%PDF-1.4 " + text)

    with django_capture_on_commit_callbacks(execute=True):
        client.post(url("add"), decision(big, small, decision_file=pdf(b"mot")))
    change = HamletChange.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url("change", change.pk), decision(big, small))
        client.post(url("change", change.pk), decision(big, small, decision_file=pdf(b"hai")))
    answer = client.get(url("paper", change.pk))
    assert b"".join(answer.streaming_content) == b"%PDF-1.4 hai"
    assert answer["Content-Disposition"] == f'attachment; filename="nghi-quyet-{change.pk}.pdf"'
    assert AuditEvent.objects.filter(action="hamlet.decision_taken").count() == 1
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1
    assert login(officer_of(big)).get(url("paper", change.pk)).status_code == 403

    with django_capture_on_commit_callbacks(execute=True):
        client.post(url("delete", change.pk), {"post": "yes", "delete_reason": "Ghi nhầm"})

    assert not HamletChange.objects.exists()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    assert AuditEvent.objects.filter(action="hamlet.change_discarded").exists()


def test_paper_of_another_kind_is_refused(client, big, small):
    wrong = SimpleUploadedFile("a.pdf", b"MZ\x90 not a paper")

    answer = client.post(url("add"), decision(big, small, decision_file=wrong))

    assert "Chỉ nhận tệp Word" in answer.content.decode()
    assert not HamletChange.objects.exists()


def test_list_leads_to_the_summary(client, chief, big, small):
    change = prepared(chief, big, small)

    page = client.get(url("changelist")).content.decode()

    assert url("show", change.pk) in page
    assert "Ấp Bàu Sen, Ấp Đồi Chè → Ấp Tân Sen" in page


def test_hamlet_of_the_past_is_read_and_not_edited(client, chief, big, small):
    change = prepared(chief, big, small)
    hamlet_changes.rehearse(change, by=chief)
    hamlet_changes.carry_out(change, by=chief)
    address = reverse("admin:groups_hamlet_change", args=[big.pk])

    assert client.post(address, {"name": "Tên sửa sau"}).status_code == 403
    assert client.get(address).status_code == 200
    big.refresh_from_db()
    assert big.name == "Bàu Sen"


def test_old_figures_are_found_from_the_old_hamlet(client, chief, big, small):
    change = prepared(chief, big, small)
    hamlet_changes.rehearse(change, by=chief)
    hamlet_changes.carry_out(change, by=chief)

    page = client.get(reverse("admin:groups_hamlet_change", args=[big.pk])).content.decode()

    assert url("show", change.pk) in page
    assert "Số liệu Ấp Bàu Sen đến hết" in page


def test_officer_reads_old_figures_from_the_new_hamlet(
    client, login, chief, officer_of, big, small
):
    officer, stranger = officer_of(big), officer_of(make_hamlet(big.commune))
    for _number in range(7):
        make_member(big)
    change = prepared(chief, big, small)
    hamlet_changes.rehearse(change, by=chief)
    hamlet_changes.carry_out(change, by=chief)
    new = reverse("admin:groups_hamlet_change", args=[Hamlet.objects.get(code="AP03").pk])
    old = reverse("admin:groups_hamlet_change", args=[big.pk])

    for address in (new, old):
        page = login(officer).get(address)
        figures = [line for row in page.context["past"] for line in row.figures[0].lines]
        assert ("Thành viên đang có", "7") in figures
        assert url("show", change.pk) not in page.content.decode()
        assert login(stranger).get(address).status_code == 302
