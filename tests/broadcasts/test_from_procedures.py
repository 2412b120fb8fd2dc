"""A post from the library: one press, no fee that nobody verified, asked again before it goes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Commune, User
from accounts.users.roles import Role
from broadcasts.models import Broadcast, BroadcastEvent
from broadcasts.posts.rendering import text_parts
from broadcasts.posts.work_lists import posts_of_changed_procedures
from broadcasts.scheduling.tick import start_due
from broadcasts.services import GateBlocked, NotAllowed, approve, cancel, check, edit, submit
from broadcasts.templates.from_procedures import draft_from
from content_rules.engine.findings import Level
from groups.models import Hamlet
from procedures.library.loading import load
from procedures.library.wording import amounts_in, names_a_fee
from procedures.models import Edition, Fee
from tests.factories.accounts import make_profile
from tests.factories.groups import make_group
from tests.factories.procedures import content_with, days_ago, make_edition, make_published

Login = Callable[[User], Client]
UNVERIFIED = content_with(fees=[{"direct": 300000}])


def press(client: Client, edition: Edition, *, fee: bool) -> Any:
    address = reverse("admin:broadcasts_broadcast_from_procedure", args=[edition.pk])
    return client.post(address, {"fee": "1"} if fee else {}, follow=True)


def messages_of(response: Any) -> str:
    return " ".join(map(str, response.context["messages"]))


def about(post: Broadcast, rule: str) -> list[Level]:
    return [hit.level for hit in check(post) if hit.rule == rule]


@pytest.fixture
def group(hamlet: Hamlet) -> None:
    make_group(hamlet)


def test_one_press_makes_a_draft_in_plain_words(
    commune: Commune, chief: User, login: Login
) -> None:
    make_profile(
        commune, reception_place="Trụ sở Công an xã.", opening_hours="thứ Hai đến thứ Sáu",
        duty_phone="0251 000 113",
    )  # fmt: skip
    edition = make_published()

    response = press(login(chief), edition, fee=True)

    post = Broadcast.objects.get()
    assert response.redirect_chain[-1][0] == reverse(
        "admin:broadcasts_broadcast_change", args=[post.pk]
    )
    assert (post.status, post.created_by, post.topic.code) == ("draft", chief, "tthc")
    assert post.edition == edition
    assert post.text.startswith(f"HƯỚNG DẪN: {edition.procedure.name.upper()}\n\n")
    for line in (
        "Mang theo: Tờ khai TT01. Người chưa thành niên: giấy đồng ý của cha mẹ",
        "Giờ tiếp dân: thứ Hai đến thứ Sáu",
        "Có kết quả sau: 3 ngày làm việc",
        "Lệ phí: 20.000 đồng nộp trực tiếp, 10.000 đồng nộp trực tuyến",
        f"Nội dung rà soát ngày {edition.verified_on:%d/%m/%Y}.",
    ):
        assert line in post.text
    told = post.events.get(kind=BroadcastEvent.Kind.CREATED).note
    day = f"{edition.verified_on:%d/%m/%Y}"
    assert told == f"Soạn từ thủ tục “{edition.procedure}”, bản 1, rà soát ngày {day}."
    assert "rà soát ngày" in response.content.decode()


def test_fee_nobody_verified_is_refused_and_a_draft_without_it_offered(
    commune: Commune, chief: User, login: Login
) -> None:
    edition = make_published(content=UNVERIFIED)
    client = login(chief)

    response = press(client, edition, fee=True)

    assert not Broadcast.objects.exists()
    assert "chưa có mức thu đã kiểm chứng" in messages_of(response)
    assert "Có thể soạn bài không ghi lệ phí." in messages_of(response)
    body = response.content.decode()
    assert "Soạn bài đăng, không ghi lệ phí" in body
    assert ">Soạn bài đăng</button>" not in body

    press(client, edition, fee=False)
    assert not names_a_fee(Broadcast.objects.get().text)


def test_page_of_the_procedure_has_the_press_too(chief: User, login: Login) -> None:
    edition = make_published(content=UNVERIFIED)
    page = reverse("admin:procedures_procedure_change", args=[edition.procedure_id])

    body = login(chief).get(page).content.decode()

    assert reverse("admin:broadcasts_broadcast_from_procedure", args=[edition.pk]) in body
    assert reverse("admin:procedures_edition_show", args=[edition.pk]) in body


def test_post_leads_to_the_page_of_the_portal_where_it_has_a_name(
    chief: User, settings: Any
) -> None:
    edition = make_published()
    settings.PORTAL_URL = ""
    assert f"Xem đủ: {edition.link}\n" in draft_from(edition, by=chief, with_fee=True).text

    settings.PORTAL_URL = "https://congan.example.vn"
    text = draft_from(edition, by=chief, with_fee=True).text

    page = reverse("procedures:page", args=[edition.procedure.slug])
    assert f"Xem đủ: https://congan.example.vn{page}\n" in text


def test_fee_that_is_sure_is_left_out_where_it_was_not_asked_for(chief: User) -> None:
    post = draft_from(make_published(), by=chief, with_fee=False)

    assert not names_a_fee(post.text)
    assert "Lệ phí: xem trên dichvucong.gov.vn" in post.text


@pytest.mark.parametrize(
    "fields", [{"reopened_at": timezone.now()}, {"verified_on": days_ago(181)}]
)
def test_edition_to_be_reviewed_gives_no_fee(chief: User, fields: dict[str, Any]) -> None:
    edition = make_published(**fields)

    with pytest.raises(NotAllowed, match="Không ghi lệ phí vào bài"):
        draft_from(edition, by=chief, with_fee=True)
    assert about(draft_from(edition, by=chief, with_fee=False), "procedure") == [Level.REASON]


def test_only_an_edition_in_use_becomes_a_post(chief: User) -> None:
    with pytest.raises(NotAllowed, match="không phải bản đang dùng"):
        draft_from(make_edition(), by=chief, with_fee=False)


def test_every_shipped_procedure_makes_one_clean_message(chief: User, group: None) -> None:
    if not Edition.objects.exists():
        load()
    editions = Edition.objects.sendable(timezone.localdate()).with_parts()
    assert editions

    for edition in editions:
        post = draft_from(edition, by=chief, with_fee=False)
        open_ones = [hit for hit in check(post) if hit.level != Level.WARN]
        assert (open_ones, len(text_parts(post.text))) == ([], 1), edition


def test_officer_writes_to_own_hamlets_first(
    hamlet: Hamlet, other_hamlet: Hamlet, officer_of: Callable[..., User]
) -> None:
    post = draft_from(make_published(), by=officer_of(hamlet), with_fee=True)

    assert post.audience_hamlets == [hamlet.pk]


def test_fee_of_a_superseded_edition_stops_the_submission(chief: User, group: None) -> None:
    edition = make_published()
    post = draft_from(edition, by=chief, with_fee=True)
    Edition.objects.filter(pk=edition.pk).update(
        status=Edition.Status.SUPERSEDED, superseded_at=timezone.now()
    )

    with pytest.raises(GateBlocked, match="Không ghi lệ phí vào bài"):
        submit(post, by=chief, reasons="Đã đối chiếu với cổng quốc gia.")
    assert about(post, "fee") == [Level.BLOCK, Level.BLOCK]


def test_post_of_a_reopened_edition_without_fee_asks_for_a_reason(chief: User, group: None) -> None:
    edition = make_published()
    post = draft_from(edition, by=chief, with_fee=False)
    Edition.objects.filter(pk=edition.pk).update(
        reopened_at=timezone.now(), reopened_because="Nghị định đã đổi"
    )

    with pytest.raises(GateBlocked, match="Nghị định đã đổi"):
        submit(post, by=chief)
    assert submit(post, by=chief, reasons="Đã đối chiếu với cổng quốc gia.").status == (
        Broadcast.Status.PENDING_APPROVAL
    )


def test_edition_reopened_after_the_approval_keeps_the_post_from_leaving(
    chief: User, deputy_chief: User, group: None
) -> None:
    edition = make_published()
    post = draft_from(edition, by=chief, with_fee=True)
    post.scheduled_for = timezone.now() + timedelta(hours=1)
    approve(submit(edit(post, by=chief), by=chief), by=deputy_chief)
    Edition.objects.filter(pk=edition.pk).update(
        reopened_at=timezone.now(), reopened_because="Nghị định đã đổi"
    )

    start_due(post.scheduled_for + timedelta(minutes=1))

    post.refresh_from_db()
    assert (post.status, post.started_at) == (Broadcast.Status.DRAFT, None)
    voided = post.events.get(kind=BroadcastEvent.Kind.APPROVAL_VOIDED)
    assert "Nghị định đã đổi" in voided.note


def test_post_of_a_sure_edition_leaves(chief: User, deputy_chief: User, group: None) -> None:
    post = draft_from(make_published(), by=chief, with_fee=True)
    approve(submit(post, by=chief), by=deputy_chief)

    start_due(timezone.now())

    post.refresh_from_db()
    assert post.status == Broadcast.Status.SENDING


def test_fee_is_asked_for_the_day_of_leaving(chief: User, group: None) -> None:
    edition = make_published()
    last_day = timezone.localdate() + timedelta(days=2)
    Fee.objects.filter(edition=edition).update(valid_to=last_day)
    post = draft_from(edition, by=chief, with_fee=True)

    assert about(post, "fee") == []
    post.scheduled_for = timezone.now() + timedelta(days=3)
    assert about(post, "fee") == [Level.BLOCK, Level.BLOCK]


@pytest.mark.parametrize(
    ("words", "level"),
    [
        ("Lệ phí là 50.000 đồng.", [Level.BLOCK]),
        ("Ai chậm bị phạt đến 1 triệu đồng.", [Level.REASON]),
        ("Mức nộp là 20.000đ.", []),
        ("Lệ phí: không thu.", [Level.BLOCK]),
    ],
)
def test_money_that_the_author_writes_is_compared_with_the_library(
    chief: User, words: str, level: list[Level]
) -> None:
    post = draft_from(make_published(), by=chief, with_fee=False)
    post.text += f"\n\n{words}"

    assert about(post, "fee") == level


def test_money_in_an_ordinary_post_is_nothing_to_the_library(
    draft: Callable[..., Broadcast], django_assert_num_queries: Any
) -> None:
    post = draft(text="Kẻ gian đòi chuyển 50 triệu đồng tiền phí hồ sơ.")

    assert about(post, "fee") == []


def test_amounts_are_read_as_people_write_them() -> None:
    text = "Năm 2026 200.000 đồng, 20 nghìn, 15k, 1,5 triệu, 30 000 VND, không thu; số 25000 thôi"

    assert [amount for _start, _end, amount in amounts_in(text)] == [
        200_000, 20_000, 15_000, 1_500_000, 30_000, 0,
    ]  # fmt: skip


def test_reused_post_keeps_its_edition(chief: User, login: Login, group: None) -> None:
    edition = make_published()
    old = draft_from(edition, by=chief, with_fee=True)
    cancel(old, by=chief)

    response = login(chief).get(
        reverse("admin:broadcasts_broadcast_add"), {"dung-lai": str(old.pk)}
    )

    assert response.context["edition"] == edition


def test_posts_of_a_changed_procedure_wait_on_the_home_page(chief: User) -> None:
    sure, reopened = make_published(), make_published()
    draft_from(sure, by=chief, with_fee=True)
    post = draft_from(reopened, by=chief, with_fee=True)
    assert posts_of_changed_procedures(chief, timezone.now()) is None

    Edition.objects.filter(pk=reopened.pk).update(reopened_at=timezone.now())

    shown = posts_of_changed_procedures(chief, timezone.now())
    assert shown is not None
    assert [item.title for item in shown.items] == [post.title]


@pytest.mark.parametrize("role", list(Role))
def test_only_who_writes_posts_may_press(
    commune: Commune, actor: Callable[..., User], login: Login, role: Role
) -> None:
    edition = make_published()
    user = actor(role)
    writes = user.has_perm("broadcasts.add_broadcast")

    response = press(login(user), edition, fee=True)

    assert Broadcast.objects.exists() == writes
    assert (response.status_code == 403) == (not writes)
    shown = login(user).get(reverse("admin:procedures_edition_show", args=[edition.pk]))
    if shown.status_code == 200:
        assert ("Soạn bài đăng" in shown.content.decode()) == writes
