"""An article from draft to the followers, against the simulator and on its clock."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent, Commune, User
from broadcasts.articles import publishing, settling
from broadcasts.articles import services as articles
from broadcasts.models import Article, OfficialPhone, Topic
from broadcasts.posts.errors import NotAllowed
from tests.broadcasts.article_scene import TEN, Clock, draft_article
from tests.factories.accounts import make_profile
from tests.factories.articles import make_article, small_picture
from tests.factories.broadcasts import make_official_phone
from tests.factories.groups import make_hamlet
from tests.zalo.gate import closed_gate
from zalo import services as zalo
from zalo.client.codes import sentence_for
from zalo.models import OfficialAccount
from zalo.official_accounts.alarms import Kind, alarm_of
from zalo_simulator.faults import Fault
from zalo_simulator.server import Simulator


@pytest.fixture
def clock(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(simulator, monkeypatch)


@pytest.fixture(autouse=True)
def _public_portal(settings: Any, tmp_path: Path) -> None:
    settings.PORTAL_URL = "https://cong.example.vn"
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def author(commune: Commune, officer_of: Callable[..., User]) -> User:
    return officer_of(make_hamlet(commune))


@pytest.fixture
def write(commune: Commune, account: OfficialAccount, author: User) -> Callable[..., Article]:
    """`write(**fields)`: a draft with a real cover, saved by its author."""
    return partial(draft_article, commune, author)


@pytest.fixture
def approved(write: Callable[..., Article], author: User, chief: User) -> Callable[..., Article]:
    def made(**fields: Any) -> Article:
        article = articles.submit(write(**fields), by=author)
        return articles.approve(article, by=chief, seen_hash=article.content_hash)

    return made


def test_article_is_handed_in_asked_for_and_published(
    account: OfficialAccount, approved: Callable[..., Article], simulator: Simulator, clock: Clock
):
    article = approved()

    clock.run(seconds=0)
    article.refresh_from_db()
    first = article.status
    clock.run(rounds=6)

    article.refresh_from_db()
    kept = next(iter(simulator.state.articles.values()))
    assert first == "publishing"
    assert (article.status, article.zalo_article_id) == ("published", kept.id)
    assert article.zalo_token == ""
    assert article.link.endswith(kept.id)
    assert [part["type"] for part in kept.values["body"]] == ["text", "image", "text"]
    assert kept.values["cover"]["photo_url"] == (
        f"https://cong.example.vn/bai-viet/{article.uuid}/anh-bia.jpg"
    )
    assert simulator.state.stats["broadcasts"] == 0


def test_it_is_asked_for_as_often_as_zalo_needs_and_created_once(
    account: OfficialAccount, approved: Callable[..., Article], simulator: Simulator, clock: Clock
):
    simulator.state.settings.article_rounds = 5
    approved()

    clock.run(rounds=10)

    assert len(simulator.state.articles) == 1
    assert simulator.state.stats["calls /v2.0/article/create"] == 1
    assert simulator.state.stats["calls /v2.0/article/verify"] == 6


def test_broadcast_is_accepted_not_delivered_and_names_old_provinces(
    account: OfficialAccount, approved: Callable[..., Article], commune: Commune,
    simulator: Simulator, clock: Clock,
):  # fmt: skip
    make_profile(commune, province_label="THÀNH PHỐ HẢI PHÒNG")
    article = approved(wants_spread=True)

    clock.run(rounds=8)

    article.refresh_from_db()
    assert (article.spread, article.get_spread_display()) == ("accepted", "Zalo đã nhận")
    assert simulator.state.broadcasts[0].target == {"gender": "0", "cities": "10,57"}


def test_broadcast_called_off_while_the_tick_runs_does_not_leave(
    account: OfficialAccount, approved: Callable[..., Article], clock: Clock, chief: User,
    monkeypatch: pytest.MonkeyPatch,
):  # fmt: skip
    article = approved(wants_spread=True)
    ask = zalo.may_broadcast

    def call_off_and_ask(*args: Any, **kwargs: Any) -> Any:
        articles.cancel(article, by=chief)
        return ask(*args, **kwargs)

    monkeypatch.setattr(zalo, "may_broadcast", call_off_and_ask)

    clock.run(rounds=8)

    article.refresh_from_db()
    assert (article.status, article.spread, article.spread_at) == ("published", "cancelled", None)


def test_night_waits_for_six_in_the_morning_without_a_call(
    account: OfficialAccount, approved: Callable[..., Article], simulator: Simulator, clock: Clock
):
    clock.set(TEN.replace(hour=22, minute=30))
    article = approved(wants_spread=True)

    clock.run(rounds=8)
    article.refresh_from_db()
    at_night = (article.status, article.spread, article.spread_due_at)
    clock.set((TEN + timedelta(days=1)).replace(hour=6, minute=0))
    clock.run(seconds=1)

    article.refresh_from_db()
    assert at_night == (
        "published", "waiting", (TEN + timedelta(days=1)).replace(hour=6, minute=0),
    )  # fmt: skip
    assert article.spread == "accepted"
    assert simulator.state.stats["answer -234"] == 0


def test_night_that_zalo_sees_and_we_do_not_is_rescheduled(
    account: OfficialAccount, approved: Callable[..., Article], simulator: Simulator, clock: Clock
):
    article = approved(wants_spread=True)
    simulator.faults.add(Fault(kind="code", code=-234, path="/v2.0/oa/message", times=1))

    clock.run(rounds=8)

    article.refresh_from_db()
    assert article.spread == "waiting"
    assert timezone.localtime(article.spread_due_at).hour == 6


def test_second_article_of_a_day_goes_the_next_day(
    account: OfficialAccount, approved: Callable[..., Article], clock: Clock
):
    first = approved(wants_spread=True, title="Bài một")
    clock.run(rounds=8)
    second = approved(wants_spread=True, title="Bài hai")
    clock.run(rounds=8)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.spread, second.spread) == ("accepted", "waiting")
    assert timezone.localdate(second.spread_due_at) == TEN.date() + timedelta(days=1)


def test_uncertain_broadcast_is_never_repeated_by_the_machine(
    account: OfficialAccount, approved: Callable[..., Article], simulator: Simulator,
    clock: Clock, chief: User,
):  # fmt: skip
    article = approved(wants_spread=True)
    simulator.faults.add(Fault(kind="lose_answer", path="/v2.0/oa/message", times=1))
    clock.run(rounds=20)
    article.refresh_from_db()

    assert article.spread == "uncertain"
    assert simulator.state.stats["broadcasts"] == 1

    settling.settle_spread(article, by=chief, is_sent=True)
    assert Article.objects.get().spread == "accepted"


def test_uncertain_creation_is_looked_for_by_a_person(
    account: OfficialAccount, approved: Callable[..., Article], simulator: Simulator,
    clock: Clock, chief: User,
):  # fmt: skip
    article = approved()
    simulator.faults.add(Fault(kind="lose_answer", path="/v2.0/article/create", times=1))
    clock.run(rounds=5)
    article.refresh_from_db()
    assert article.status == "uncertain"

    is_there = settling.look_again(article, by=chief)

    article.refresh_from_db()
    assert (is_there, article.status) == (False, "failed")  # Zalo never finished it
    assert simulator.state.stats["calls /v2.0/article/create"] == 1


def test_used_up_quota_waits_and_an_ungranted_permission_fails(
    account: OfficialAccount, approved: Callable[..., Article], simulator: Simulator, clock: Clock
):
    simulator.state.settings.article_quota = 0
    waiting = approved(title="Hết lượt")
    clock.run()
    waiting.refresh_from_db()
    simulator.state.settings.article_quota = None
    simulator.faults.add(Fault(kind="code", code=-223, path="/v2.0/article/create", times=1))
    refused = approved(title="Thiếu quyền")
    clock.run()
    refused.refresh_from_db()

    assert waiting.status == "approved"
    assert "hết lượt đăng bài viết" in waiting.error_text
    assert refused.status == "failed"
    assert "chưa cấp quyền" in refused.error_text


def test_refusal_of_the_whole_account_parks_it_and_alarms(
    account: OfficialAccount, approved: Callable[..., Article], simulator: Simulator, clock: Clock
):
    article = approved()
    simulator.faults.add(Fault(kind="code", code=-14024))
    clock.run()
    clock.run()
    article.refresh_from_db()
    account.refresh_from_db()
    alarm = alarm_of(account, clock.now)
    waiting = (article.status, article.error_text)
    calls = simulator.state.stats["calls /v2.0/article/create"]
    simulator.faults.clear()

    clock.run(seconds=40, rounds=8)

    article.refresh_from_db()
    account.refresh_from_db()
    assert (waiting, calls) == (("approved", sentence_for(-14024)), 1)
    assert alarm is not None
    assert alarm.kind == Kind.REFUSED
    assert (article.status, account.parked_until) == ("published", None)


def test_spread_refused_to_the_whole_account_waits(
    account: OfficialAccount, approved: Callable[..., Article], simulator: Simulator, clock: Clock
):
    article = approved(wants_spread=True)
    clock.run(rounds=4)
    article.refresh_from_db()
    assert (article.status, article.spread) == ("published", "accepted")
    again = approved(title="Bài thứ hai", wants_spread=True)
    clock.run(rounds=4)
    clock.set(TEN + timedelta(days=1, hours=1))
    simulator.faults.add(Fault(kind="code", code=-14024, times=1))

    clock.run()

    again.refresh_from_db()
    assert (again.status, again.spread) == ("published", "waiting")
    clock.run(seconds=40)
    again.refresh_from_db()
    assert again.spread == "accepted"


def test_without_the_slot_book_it_waits_and_no_call_is_made(
    approved: Callable[..., Article], simulator: Simulator, clock: Clock, settings: Any
):
    article = approved()
    there, settings.REDIS_URL = settings.REDIS_URL, "redis://127.0.0.1:9/0"
    clock.run()
    article.refresh_from_db()
    waiting = (article.status, simulator.state.stats["calls /v2.0/article/create"])
    settings.REDIS_URL = there

    clock.run(rounds=8)

    article.refresh_from_db()
    assert (waiting, article.status) == (("approved", 0), "published")


def test_held_back_claim_leaves_the_article(
    approved: Callable[..., Article], simulator: Simulator, clock: Clock
):
    clock.set(TEN + timedelta(hours=13))  # by night it is handed in, and goes to nobody
    article = approved(wants_spread=True)
    with closed_gate():
        clock.run()
    article.refresh_from_db()
    waiting = (article.status, simulator.state.stats["calls /v2.0/article/create"])
    clock.run(rounds=4)
    clock.set(TEN + timedelta(days=1))

    with closed_gate():
        clock.run()

    article.refresh_from_db()
    assert waiting == ("approved", 0)
    assert (article.spread, simulator.state.broadcasts) == ("waiting", [])


def test_without_consent_it_waits_and_goes_on_by_itself(
    account: OfficialAccount, approved: Callable[..., Article], clock: Clock
):
    article = approved()
    OfficialAccount.objects.update(needs_consent=True)
    clock.run()
    article.refresh_from_db()
    waiting = article.status, article.error_text
    OfficialAccount.objects.update(needs_consent=False)
    clock.run(seconds=61, rounds=8)

    article.refresh_from_db()
    assert waiting == ("approved", publishing.NO_CONSENT)
    assert article.status == "published"


def test_capability_known_as_no_burns_no_call(
    account: OfficialAccount, approved: Callable[..., Article], simulator: Simulator, clock: Clock
):
    article = approved()
    OfficialAccount.objects.update(
        capabilities={"articles": {"state": "no", "code": -224, "at": None}}
    )

    clock.run(rounds=3)

    article.refresh_from_db()
    assert article.status == "failed"
    assert "gói dịch vụ" in article.error_text
    assert simulator.state.stats["calls /v2.0/article/create"] == 0


def test_killed_while_handing_in_becomes_uncertain(commune: Commune):
    made = make_article(
        commune, status="publishing", claimed_at=timezone.now() - timedelta(minutes=10)
    )

    publishing.run()

    made.refresh_from_db()
    assert made.status == "uncertain"


def test_removed_article_is_gone_from_the_page(
    account: OfficialAccount, approved: Callable[..., Article], simulator: Simulator,
    clock: Clock, chief: User, client: Client,
):  # fmt: skip
    article = approved()
    clock.run(rounds=8)
    article.refresh_from_db()
    address = f"/bai-viet/{article.uuid}/anh-bia.jpg"
    before = client.get(address).status_code

    settling.take_down(article, by=chief, reason="đăng nhầm")

    assert simulator.state.articles == {}
    assert (before, client.get(address).status_code) == (200, 404)
    assert AuditEvent.objects.filter(action="article.removed", reason="đăng nhầm").exists()


def test_number_that_is_no_longer_official_stops_an_approved_article(
    approved: Callable[..., Article], commune: Commune, clock: Clock
):
    listed = make_official_phone(commune, phone="+84903123456")
    article = approved(text="Gọi anh Ba 0903 123 456.")
    OfficialPhone.objects.filter(pk=listed.pk).delete()

    clock.run(seconds=0)

    article.refresh_from_db()
    assert (article.status, article.error_code) == ("failed", "gate")


def test_author_and_last_editor_cannot_approve(
    write: Callable[..., Article], author: User, chief: User, deputy_chief: User
):
    article = write()
    article.title = "Sửa tên bài"
    articles.edit(article, by=chief)
    article = articles.submit(article, by=author)

    with pytest.raises(NotAllowed, match="người khác phải duyệt"):
        articles.approve(article, by=chief)
    articles.approve(article, by=deputy_chief)

    stored = Article.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.filter(pk=stored.pk).update(approved_by=author)


def test_an_editor_before_the_last_one_cannot_approve(
    write: Callable[..., Article], author: User, chief: User, deputy_chief: User
):
    article = write()
    for title, editor in (("Chỉ huy sửa", chief), ("Người soạn sửa", author)):
        article.title = title
        articles.edit(article, by=editor)
    article = articles.submit(article, by=author)

    assert not Article.objects.approvable_by(chief).exists()
    with pytest.raises(NotAllowed, match="Đồng chí đã soạn, sửa hoặc trình bài này"):
        articles.approve(article, by=chief)
    articles.approve(article, by=deputy_chief)
    with pytest.raises(IntegrityError, match="approver_wrote_nothing"), transaction.atomic():
        Article.objects.update(approved_by=chief)


def test_edit_voids_the_approval(approved: Callable[..., Article], author: User):
    article = approved()
    article.text = "Nội dung khác."

    articles.edit(article, by=author)

    stored = Article.objects.get()
    assert (stored.status, stored.approved_by, stored.next_attempt_at) == ("draft", None, None)


def test_stale_page_approves_nothing(write: Callable[..., Article], author: User, chief: User):
    article = articles.submit(write(), by=author)

    with pytest.raises(NotAllowed, match="vừa được sửa"):
        articles.approve(article, by=chief, seen_hash="khác")


def test_limits_stand_on_the_page_before_the_approval(
    account: OfficialAccount, write: Callable[..., Article], author: User, chief: User,
    commune: Commune, login: Callable[[User], Client],
):  # fmt: skip
    make_profile(commune, province_label="Tỉnh Phú Thọ")
    article = articles.submit(write(wants_spread=True), by=author)

    page = login(chief).get(f"/admin/broadcasts/article/{article.pk}/xem/").content.decode()

    assert "Hòa Bình, Vĩnh Phúc, Phú Thọ" in page
    assert "từ 6 giờ đến trước 22 giờ" in page
    assert "bỏ qua mà không báo" in page
    assert "Có thể chậm tới 30 phút" in page
    assert "Duyệt và đăng" in page


def test_whole_way_by_the_pages(
    account: OfficialAccount, author: User, chief: User, login: Callable[[User], Client],
    clock: Clock,
):  # fmt: skip
    writer, decider = login(author), login(chief)
    topic = Topic.objects.get(code="chu-truong")
    writer.post(
        "/admin/broadcasts/article/add/",
        {"topic": topic.pk, "title": "Bài từ màn hình", "author": "Công an xã",
         "description": "Trích yếu", "text": "Nội dung.", "cover": small_picture()},
    )  # fmt: skip
    article = Article.objects.get()
    page = f"/admin/broadcasts/article/{article.pk}"
    writer.post(f"{page}/buoc/trinh-duyet/", {"seen": article.content_hash})
    decider.post(f"{page}/buoc/duyet/", {"seen": article.content_hash})

    clock.run(rounds=8)

    article.refresh_from_db()
    assert article.status == "published"
    assert "Đã đăng" in decider.get(f"{page}/xem/").content.decode()
