"""A stranger writes names of officers: nobody loses a tip by it, and the accused reads nothing."""

import io
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from PIL import Image

from accounts.users.roles import Role
from reports import intake
from reports.models import ConflictProposal, TipReport
from reports.proposals import services as proposals
from reports.triage import duplicates
from tests import caches
from tests.factories.accounts import make_user
from tests.factories.tips import make_tip, make_worked
from tests.flows.leaks.hunts import _CHANGING
from tests.reports.public.test_answers import looked_up
from tests.reports.public.walking import forget_counts

NOW = datetime(2026, 11, 27, 3, 0, tzinfo=UTC)
NAMES = (
    ("Đặng Quốc", "Vinh"), ("Lý Thị", "Mẫu"), ("Trần Quốc", "Bảo"), ("Hồ Minh", "Tùng"),
    ("Ngô Văn", "Lâm"), ("Phan Thị", "Thơ"), ("Vũ Đình", "Khoa"), ("Bùi Thanh", "Sơn"),
    ("Đỗ Hữu", "Nghĩa"), ("Mai Xuân", "Lộc"), ("Cao Thị", "Yến"), ("Tạ Quang", "Huy"),
)  # fmt: skip
ALL_NAMES = ", ".join(" ".join(name) for name in NAMES)
ACCUSED = "Anh Đặng Quốc Vinh nhận tiền của chủ sòng này."
PAGES = ("show", "talk", "files", "trail", "terms", "summary", "alike", "assign", "identity")


@pytest.fixture(autouse=True)
def _calm(monkeypatch: pytest.MonkeyPatch) -> None:
    forget_counts(monkeypatch)


@pytest.fixture
def readers(hamlet: Any, officer_of: Any) -> list[Any]:
    """Twelve accounts: two chiefs, the duty, officers of the hamlet."""
    roles = [Role.CHIEF, Role.CHIEF, Role.DUTY_OFFICER, *[Role.OFFICER] * 9]
    return [
        officer_of(hamlet, role=role, last_name=last, first_name=first)
        for role, (last, first) in zip(roles, NAMES, strict=True)
    ]


def seen_by(readers: list[Any], *tips: TipReport) -> list[set[int]]:
    pks = [tip.pk for tip in tips]
    return [
        set(TipReport.objects.visible_to(user).filter(pk__in=pks).values_list("pk", flat=True))
        for user in readers
    ]


@pytest.mark.parametrize(
    "words",
    [
        f"Tôi cảm ơn các đồng chí: {ALL_NAMES}.",
        f"Các ông {ALL_NAMES} đều ăn tiền của sòng bạc.",
        f"{ALL_NAMES}",
    ],
    ids=["thanks", "accusation", "names alone"],
)
def test_a_receipt_of_a_duplicate_takes_the_tip_from_nobody(readers, hamlet, login, words):
    genuine = make_worked(readers[3], hamlet=hamlet)
    planted = make_tip(hamlet=hamlet)
    duplicates.link(planted, of=genuine, by=readers[0])
    before = seen_by(readers, genuine, planted)
    assert all(genuine.pk in seen for seen in [*before[:2], *before[3:]])

    looked_up(planted).press("viec", "noi-them", loi=words)

    assert planted.messages.get().text == words
    assert seen_by(readers, genuine, planted) == before
    genuine.refresh_from_db()
    assert genuine.owner == readers[3]
    page = login(readers[1]).get(reverse("admin:reports_tipreport_show", args=[genuine.pk]))
    assert page.status_code == 200


def test_names_of_all_in_a_new_tip_leave_it_with_the_superior(readers, hamlet, commune):
    superior = make_user(commune, Role.SUPERIOR)

    tip = make_tip(hamlet=hamlet, words=f"Các ông {ALL_NAMES} đều ăn tiền của sòng bạc.")

    assert seen_by([*readers, superior], tip) == [*[set()] * len(readers), {tip.pk}]
    row = ConflictProposal.objects.get(user=readers[0])
    proposals.lift(row, by=superior, reason="Chỉ là vu cáo chung.")
    assert seen_by([*readers, superior], tip) == [{tip.pk}, *[set()] * len(readers)]


def pages_of(client: Any, tip: TipReport) -> dict[str, bytes]:
    """Pages of a tip and around it, without what changes each time."""
    changelist = reverse("admin:reports_tipreport_changelist")
    addresses = [reverse(f"admin:reports_tipreport_{name}", args=[tip.pk]) for name in PAGES]
    addresses += [
        reverse("admin:index"), changelist, f"{changelist}?viec=loi-moi", f"{changelist}?q=sòng",
        reverse("admin:reports_conflictproposal_changelist"),
        reverse("admin:reports_tipreport_register") + "?tu=2026-11-01&den=2026-11-30",
        reverse("admin:oversight_hamlets"),
    ]  # fmt: skip
    found = {}
    for address in addresses:
        caches.forget()
        answer = client.get(address, follow=True)
        found[address] = _CHANGING.sub(b"", answer.content)
    return found


@pytest.mark.parametrize("role", [Role.OFFICER, Role.CHIEF])
@pytest.mark.parametrize("is_handled", [False, True], ids=["waiting", "another one decided"])
def test_no_page_of_the_accused_tells_of_the_words(
    hamlet, officer_of, chief, login, role, is_handled
):
    named = officer_of(hamlet, role=role, last_name="Đặng Quốc", first_name="Vinh")
    other = officer_of(hamlet, last_name="Lý Thị", first_name="Mẫu")
    picture = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(picture, "JPEG")
    with time_machine.travel(NOW, tick=False):
        tip = make_worked(named, hamlet=hamlet)
        client = login(named)
        before = pages_of(client, tip)
        picture.seek(0)
        walk = looked_up(tip)
        walk.press(
            "viec", "noi-them", loi=f"{ACCUSED} Chị Lý Thị Mẫu cũng vậy.", anh=[named_file(picture)]
        )
        if is_handled:
            row = ConflictProposal.objects.get(user=other)
            proposals.confirm(row, by=chief, reason="Đúng là nói về chị ấy.")

        after = pages_of(client, tip)

    assert ConflictProposal.objects.filter(user=named, state="waiting").exists()
    assert tip.attachments.exists()
    assert [address for address, page in before.items() if page != after[address]] == []


def named_file(content: io.BytesIO) -> io.BytesIO:
    content.name = "anh.jpg"
    return content


def test_the_accused_reaches_neither_words_nor_files_nor_the_decision(
    hamlet, officer_of, chief, login
):
    named = officer_of(hamlet, last_name="Đặng Quốc", first_name="Vinh")
    tip = make_worked(named, hamlet=hamlet)
    looked_up(tip).press("viec", "noi-them", loi=ACCUSED)
    message = tip.messages.get()
    file = intake.keep_file(
        tip, intake.File(b"anh", "image/jpeg"), position=0, at=message.at, message=message
    )
    row = ConflictProposal.objects.get()
    client = login(named)
    decide = {"dung-reason": "x", "khong-reason": "x"}

    answers = [
        client.get(reverse("admin:reports_tipreport_file", args=[tip.pk, file.pk])),
        client.get(reverse("admin:reports_conflictproposal_show", args=[row.pk])),
        client.post(reverse("admin:reports_conflictproposal_step", args=[row.pk, "khong"]), decide),
        client.post(reverse("admin:reports_conflictproposal_step", args=[row.pk, "dung"]), decide),
    ]

    assert {answer.status_code for answer in answers} == {404}
    row.refresh_from_db()
    assert row.state == "waiting"
    printed = client.get(reverse("admin:reports_tipreport_handover", args=[tip.pk]), follow=True)
    taken = client.post(reverse("admin:reports_tipreport_handover_file", args=[tip.pk]))
    assert "Phiếu chuyển" not in printed.content.decode().split("</nav>")[-1]
    assert taken.status_code == 302


def test_a_chief_decides_on_the_page(hamlet, officer_of, chief, login):
    named = officer_of(hamlet, last_name="Đặng Quốc", first_name="Vinh")
    tip = make_worked(named, hamlet=hamlet)
    looked_up(tip).press("viec", "noi-them", loi=ACCUSED)
    row = ConflictProposal.objects.get()
    client = login(chief)
    address = reverse("admin:reports_conflictproposal_show", args=[row.pk])

    assert address in client.get(reverse("admin:index")).content.decode()
    page = client.get(address).content.decode()
    assert ACCUSED in page
    step = reverse("admin:reports_conflictproposal_step", args=[row.pk, "dung"])
    assert "Hãy ghi vì sao" in client.post(step, {}).content.decode()
    client.post(step, {"dung-reason": "Đúng là nói về anh ấy."})

    row.refresh_from_db()
    assert (row.state, row.decided_by) == ("confirmed", chief)
    shown = client.get(reverse("admin:reports_tipreport_show", args=[tip.pk])).content.decode()
    assert "Lời có tên" in shown
    assert str(chief) in shown
