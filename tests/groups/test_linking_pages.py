"""Pages about linking: counts that name nobody, proposals that wait for a call, papers, the end."""

from datetime import timedelta

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from groups.linking import followers
from groups.models import LinkCode, LinkProposal, LinkReply, ZaloLink
from tests.factories.groups import make_hamlet, make_member
from tests.factories.people import make_link, make_link_proposal
from tests.factories.zalo import make_follower, make_official_account
from zalo.client.types import SentQuota
from zalo.followers import quota
from zalo.health import follower_lists
from zalo.models import FollowerSync

pytestmark = pytest.mark.django_db

COUNTS = "admin:groups_linkproposal_followers"
LIST = "admin:groups_linkproposal_changelist"


@pytest.fixture
def account(commune):
    return make_official_account(commune)


def agreed(hamlet, **fields):
    return make_member(hamlet, consent_basis="list", consent_given_at=timezone.now(), **fields)


def text(response) -> str:
    return " ".join(response.content.decode().split())


# Counts


def test_chief_and_technical_admin_see_counts_and_nobody_else(
    account,
    chief,
    tech_admin,
    officer_of,
    hamlet_head_of,
    duty_officer,
    party_member,
    login,
    hamlet,
):
    for user in (chief, tech_admin):
        assert login(user).get(reverse(COUNTS)).status_code == 200
    for user in (officer_of(hamlet), hamlet_head_of(hamlet), duty_officer, party_member):
        assert login(user).get(reverse(COUNTS)).status_code == 403


def test_page_names_nobody(account, chief, hamlet, login):
    member = agreed(hamlet, full_name="Nguyễn Thị Lụa")
    link = make_link(member)

    page = text(login(chief).get(reverse(COUNTS)))

    assert "Lụa" not in page
    assert link.follower.zalo_user_id not in page


def test_small_numbers_and_what_gives_them_away_are_hidden(account):
    now = timezone.now()
    for _number in range(7):
        make_follower(account)
    for _number in range(2):
        make_follower(account, last_interaction_at=now - timedelta(hours=60))
    for _number in range(11):
        make_follower(account, last_interaction_at=None)

    shown = followers.windows(account, now)

    assert (shown.following, shown.free, shown.paid) == ("20", "7", "dưới 5")
    assert shown.closed == "nhiều nhất 12"


@pytest.mark.parametrize("following", [20, 28, 29])
def test_page_is_the_same_whether_one_or_four_wrote_lately(account, following):
    """A keeper of the connection sees no small number move as somebody writes."""
    for _number in range(following):
        make_follower(account, last_interaction_at=None)
    seen = set()
    for follower in account.followers.order_by("pk")[:4]:
        follower.last_interaction_at = timezone.now()
        follower.save()
        seen.add(followers.windows(account, timezone.now()))

    assert len(seen) == 1


def test_large_numbers_are_exact(account):
    now = timezone.now()
    for _number in range(6):
        make_follower(account)

    shown = followers.windows(account, now)

    assert (shown.free, shown.paid, shown.closed) == ("6", "0", "0")


def test_linked_share_by_hamlet_hides_small_cells(account, hamlet, commune):
    busy = make_hamlet(commune)
    for _number in range(8):
        make_link(agreed(busy))
    agreed(busy)
    make_link(agreed(hamlet))
    make_member(hamlet)

    shares, whole = followers.linked_by_hamlet(account)

    by_place = {row.place: row for row in shares}
    assert (by_place[str(busy)].members, by_place[str(busy)].linked) == (9, "8")
    assert by_place[str(busy)].share == pytest.approx(88.9, abs=0.1)
    assert (by_place[str(hamlet)].linked, by_place[str(hamlet)].share) == ("dưới 5", None)
    assert (whole.linked, whole.share) == ("ít nhất 9", None)


@pytest.mark.parametrize("linked", [(1, 1), (4, 4), (1, 4)])
def test_sum_of_the_commune_tells_no_small_cell_of_several(account, commune, linked):
    busy = make_hamlet(commune)
    for _number in range(8):
        make_link(agreed(busy))
    for count in linked:
        place = make_hamlet(commune)
        for _number in range(count):
            make_link(agreed(place))

    _shares, whole = followers.linked_by_hamlet(account)

    assert whole.linked == "ít nhất 10"


def test_counts_cost_few_queries_however_many_hamlets(
    account, chief, commune, login, django_assert_max_num_queries
):
    for _number in range(12):
        agreed(make_hamlet(commune))
    client = login(chief)
    client.get(reverse(COUNTS))

    with django_assert_max_num_queries(30):
        client.get(reverse(COUNTS))


def test_page_tells_of_the_list_the_quota_and_what_went_astray(account, chief, login):
    now = timezone.now()
    FollowerSync.objects.create(
        account=account, state="incomplete", expected=120, seen=100, finished_at=now,
        problem="Zalo báo có 120 người nhưng chỉ cho đọc 100 người.",
    )  # fmt: skip
    quota.record(account, SentQuota("sub_quota", 412, 500, now.date() + timedelta(days=20)), now)
    LinkReply.objects.create(follower=make_follower(account), kind="linked", state="uncertain")

    page = text(login(chief).get(reverse(COUNTS)))

    assert "chỉ cho đọc 100 người" in page
    assert "Còn 412 tin đến" in page
    assert "1 tin trả lời về liên kết không gửi được" in page


def test_button_starts_a_reading_once(account, chief, login):
    client, url = login(chief), reverse("admin:groups_linkproposal_read_followers", args=[1])
    url = url.replace("/1/", f"/{account.pk}/")

    first = client.post(url, follow=True)
    second = client.post(url, follow=True)

    assert "Đã bắt đầu đọc lại" in text(first)
    assert "đang được đọc" in text(second)
    assert FollowerSync.objects.count() == 1
    assert client.get(url).status_code == 405


def test_button_does_not_reach_another_commune(account, chief, other_commune, login):
    foreign = make_official_account(other_commune)

    url = reverse("admin:groups_linkproposal_read_followers", args=[foreign.pk])

    assert login(chief).post(url).status_code == 404


# Proposals


def test_officer_sees_and_confirms_what_concerns_the_own_hamlet(
    account, hamlet, other_hamlet, officer_of, login
):
    mine = make_link_proposal(agreed(hamlet, full_name="Nguyễn Thị Lụa"))
    theirs = make_link_proposal(agreed(other_hamlet, full_name="Trần Văn Mận"))
    officer = officer_of(hamlet)
    client = login(officer)

    page = text(client.get(reverse(LIST)))
    assert "Lụa" in page
    assert "Mận" not in page
    url = reverse("admin:groups_linkproposal_confirm", args=[mine.pk])
    assert "Gọi số điện thoại trong danh sách" in text(client.get(url))
    done = client.post(url, follow=True)

    assert "Đã liên kết" in text(done)
    assert ZaloLink.objects.get().confirmed_by == officer
    foreign = reverse("admin:groups_linkproposal_confirm", args=[theirs.pk])
    assert client.post(foreign).status_code in (302, 403, 404)
    assert LinkProposal.objects.get() == theirs


def test_doubtful_proposal_is_the_chiefs_and_looking_at_it_is_audited(
    account, hamlet, chief, officer_of, login
):
    row = LinkProposal(follower=make_follower(account), shared_at=timezone.now())
    row.name, row.phone = "Chị Lụa", "+84900000999"
    row.save()
    member = agreed(hamlet)
    url = reverse("admin:groups_linkproposal_change", args=[row.pk])
    assert login(officer_of(hamlet)).get(url).status_code in (302, 403, 404)
    client = login(chief)

    page = text(client.get(url))
    assert "Chị Lụa" in page
    assert "0900 000 999" in page
    assert AuditEvent.objects.filter(action="zalolink.proposal_viewed").count() == 1
    assert "Chị Lụa" not in text(client.get(reverse(LIST)))

    confirm = reverse("admin:groups_linkproposal_confirm", args=[row.pk])
    assert member.full_name not in text(client.get(confirm))
    searched = client.post(confirm, {"words": member.full_name, "chi-tim": "1"})
    assert member.full_name in text(searched)
    assert not ZaloLink.objects.exists()
    client.post(confirm, {"words": member.full_name, "member": member.pk})
    assert ZaloLink.objects.get().member == member


def test_refusing_leaves_nothing(account, hamlet, chief, login):
    row = make_link_proposal(agreed(hamlet))

    login(chief).post(reverse("admin:groups_linkproposal_refuse", args=[row.pk]))

    assert not LinkProposal.objects.exists()
    assert not ZaloLink.objects.exists()


# Papers and the end of a link


def test_hamlet_head_prints_slips_after_a_question(account, hamlet, hamlet_head_of, login):
    member = agreed(hamlet, full_name="Nguyễn Thị Lụa")
    client = login(hamlet_head_of(hamlet))
    url = reverse("admin:groups_member_changelist")
    chosen = {"action": "print_codes", ACTION_CHECKBOX_NAME: [member.pk]}

    question = client.post(url, chosen)
    assert "trao tận tay" in text(question)
    assert not LinkCode.objects.exists()
    paper = client.post(url, {**chosen, "in-ngay": "1"})

    page = text(paper)
    assert "Nguyễn Thị Lụa" in page
    assert "LK " in page
    assert f"zalo.me/{account.oa_id}" in page
    assert "no-store" in paper["Cache-Control"]
    assert LinkCode.objects.get().member == member


def test_nobody_to_print_for_is_said(account, hamlet, chief, login):
    member = make_member(hamlet)  # has agreed to nothing
    chosen = {"action": "print_codes", ACTION_CHECKBOX_NAME: [member.pk], "in-ngay": "1"}

    page = login(chief).post(reverse("admin:groups_member_changelist"), chosen)

    assert "Không có ai để in" in text(page)


def test_page_of_a_person_tells_officers_of_the_link_and_ends_it(
    account, hamlet, officer_of, hamlet_head_of, login
):
    member = agreed(hamlet)
    link = make_link(member)
    page_of = reverse("admin:groups_member_change", args=[member.pk])
    end = reverse("admin:groups_member_unlink_zalo", args=[member.pk])
    head, officer = login(hamlet_head_of(hamlet)), login(officer_of(hamlet))

    assert "Đã liên kết ngày" not in text(head.get(page_of))
    assert head.post(end).status_code in (302, 403)
    assert ZaloLink.objects.exists()
    page = text(officer.get(page_of))
    assert "Đã liên kết ngày" in page
    assert link.follower.zalo_user_id not in page
    officer.post(end, {"reason": ""})

    assert not ZaloLink.objects.exists()


# The home page and the health of the portal


def test_home_page_leads_to_what_waits_and_names_nobody(account, hamlet, chief, officer_of, login):
    make_link_proposal(agreed(hamlet, full_name="Nguyễn Thị Lụa"))

    for user in (chief, officer_of(hamlet)):
        page = text(login(user).get(reverse("admin:index")))
        assert "Đề nghị liên kết Zalo" in page
        assert "Lụa" not in page


def test_list_that_could_not_be_read_is_told_until_the_next_one_succeeds(
    account, tech_admin, login
):
    now = timezone.now()
    FollowerSync.objects.create(
        account=account, state="failed", problem="Gói dịch vụ chưa đủ.", finished_at=now,
        started_at=now - timedelta(hours=1),
    )  # fmt: skip
    client = login(tech_admin)

    assert "Gói dịch vụ chưa đủ." in text(client.get(reverse("admin:index")))
    assert follower_lists(now) == {"ok": False, "failed": 1, "running": 0}

    FollowerSync.objects.create(account=account, state="complete", finished_at=now)

    assert "Gói dịch vụ chưa đủ." not in text(client.get(reverse("admin:index")))
    assert follower_lists(now)["ok"]
