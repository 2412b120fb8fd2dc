"""Linking a Zalo account with the list: by the person's act alone, and as easily undone."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts import retention
from accounts.models import AuditEvent
from accounts.services import NotAllowed
from groups.duplicates import services as duplicates
from groups.linking import codes, receivers
from groups.linking import services as linking
from groups.linking.replies import MOST_AN_HOUR
from groups.models import (
    ConsentRecord,
    DataRequest,
    LinkCode,
    LinkProposal,
    LinkReply,
    Member,
    ZaloLink,
)
from groups.personal_data import erasure, holdings
from tests.factories.groups import make_member
from tests.factories.zalo import make_official_account
from tests.vaults import opened
from zalo.followers import services as followers
from zalo.inbox import signals
from zalo.inbox.events import ContactShared, FollowChange, InboundMessage, Withdrawal
from zalo.models import Follower

pytestmark = pytest.mark.django_db

USER = "8123456789012345678"
Kind = LinkReply.Kind


@pytest.fixture
def account(commune):
    account = make_official_account(commune)
    followers.note_follow(
        account, FollowChange(USER, True, "oa_profile", timezone.now() - timedelta(hours=2))
    )
    return account


@pytest.fixture
def member(hamlet):
    return make_member(
        hamlet, full_name="Nguyễn Thị Lụa", phone="+84900000111", consent_basis="list",
        consent_given_at=timezone.now(),
    )  # fmt: skip


def at(minutes: float = 0) -> datetime:
    return timezone.now() + timedelta(minutes=minutes)


def say(account: Any, text: str, *, moment: datetime | None = None, **fields: Any) -> Any:
    event = InboundMessage(USER, "m-1", "text", text, (), moment or at(), **fields)
    with opened():
        answers = signals.message_received.send(sender=None, account=account, event=event)
    return any(answer is True for _receiver, answer in answers)


def share(account: Any, name: str, phone: str, *, moment: datetime | None = None) -> None:
    event = ContactShared(USER, name, phone, "", moment or at())
    signals.contact_shared.send(sender=None, account=account, event=event)


def replies() -> list[str]:
    return list(LinkReply.objects.order_by("pk").values_list("kind", flat=True))


def printed(member: Member, by: Any) -> codes.PrintedCode:
    (code,) = codes.prepare([member.pk], by=by)
    return code


# The code on the paper


def test_code_of_the_paper_links_at_once_and_only_once(account, member, hamlet_head_of):
    code = printed(member, hamlet_head_of(member.hamlet))

    assert say(account, f"  {code.words.lower()} ")

    link = ZaloLink.objects.get()
    assert (link.member, link.way, link.confirmed_by) == (member, "code", None)
    assert link.follower.zalo_user_id == USER
    record = ConsentRecord.objects.of_link().get()
    assert (record.member, record.notice.version) == (member, "Liên kết Zalo 01")
    member.refresh_from_db()
    assert member.consent_basis == "list"  # what was agreed on paper is another agreement
    assert not LinkCode.objects.exists()
    assert say(account, code.words, moment=at(1))
    assert replies() == [Kind.LINKED, Kind.BAD_CODE]
    assert ZaloLink.objects.count() == 1


@pytest.mark.parametrize(
    "text", ["LK ab3d 7kq9", "lk AB3D-7KQ9", "Liên kết: AB3D7KQ9", "LK  ab3d-7kq9."]
)
def test_code_is_read_as_people_write_it(text):
    assert codes.code_in(text) == "AB3D7KQ9"


@pytest.mark.parametrize(
    "text",
    ["LK", "LK AB3D", "AB3D-7KQ9", "trộm xe LK AB3D-7KQ9", "LK AB3D-7KQ9 nhà ông Bảy", "", "lk 1"],
)
def test_other_messages_are_no_code(text):
    assert codes.code_in(text) is None


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("Tối qua có người lạ vào nhà tôi, tôi muốn liên kết với công an", {}),
        ("LIEN KET", {"group_id": "g-1"}),
        ("LIEN KET", {"is_anonymous": True}),
    ],
)
def test_message_that_is_none_of_ours_is_left_to_others(account, text, fields):
    event = InboundMessage(USER, "m-1", "text", text, (), at(), **fields)

    assert not receivers.is_about_linking(event)
    assert receivers.hear(None, account, event) is None
    assert replies() == []


def test_code_lies_in_the_database_as_a_hash_alone(account, member, chief):
    code = printed(member, chief)

    row = LinkCode.objects.values().get()

    assert code.code not in str(row)
    assert len(row["code_index"]) == 64


def test_code_has_its_time(account, member, chief):
    code = printed(member, chief)
    LinkCode.objects.update(expires_at=at(-1))

    assert say(account, code.words)

    assert not ZaloLink.objects.exists()
    assert replies() == [Kind.BAD_CODE]


def test_new_paper_ends_the_old_code(account, member, chief):
    old, new = printed(member, chief), printed(member, chief)

    say(account, old.words)
    assert not ZaloLink.objects.exists()
    say(account, new.words, moment=at(1))
    assert ZaloLink.objects.exists()


def test_same_event_twice_makes_one_link_and_one_reply(account, member, chief):
    code, moment = printed(member, chief), at()

    say(account, code.words, moment=moment)
    say(account, code.words, moment=moment)

    assert ZaloLink.objects.count() == 1
    assert replies() == [Kind.LINKED]


def test_codes_are_printed_for_who_may_be_seen_has_agreed_and_is_not_linked(
    account, member, hamlet, other_hamlet, hamlet_head_of, duty_officer
):
    make_member(hamlet)  # has agreed to nothing
    foreign = make_member(other_hamlet, consent_basis="list", consent_given_at=at())
    everyone = list(Member.objects.values_list("pk", flat=True))

    done = codes.prepare(everyone, by=hamlet_head_of(hamlet))

    assert [row.member for row in done] == [member]
    assert foreign not in [row.member for row in done]
    with pytest.raises(NotAllowed):
        codes.prepare(everyone, by=duty_officer)
    said = AuditEvent.objects.get(action="zalolink.codes_printed")
    assert done[0].code not in str(vars(said))


def test_code_of_another_commune_does_not_link(account, other_commune, superuser):
    from tests.factories.groups import make_hamlet  # noqa: PLC0415

    stranger = make_member(make_hamlet(other_commune), consent_basis="list", consent_given_at=at())
    code = printed(stranger, superuser)

    say(account, code.words)

    assert not ZaloLink.objects.exists()


# What was shared


def test_share_that_fits_is_a_proposal_and_no_link(account, member):
    share(account, "NGUYEN THI LUA", "0900 000 111")

    row = LinkProposal.objects.get()
    assert (row.member, row.hamlet, row.name, row.phone) == (member, member.hamlet, "", "")
    assert not ZaloLink.objects.exists()
    assert replies() == [Kind.NOTED]


def test_officer_who_has_asked_confirms_it(account, member, officer_of):
    share(account, "Nguyễn Thị Lụa", "84900000111", moment=at(-5))
    officer = officer_of(member.hamlet)

    linking.confirm(LinkProposal.objects.get(), by=officer)

    link = ZaloLink.objects.get()
    assert (link.member, link.way, link.confirmed_by) == (member, "contact", officer)
    assert ConsentRecord.objects.of_link().get().recorded_by == officer
    assert not LinkProposal.objects.exists()
    assert replies() == [Kind.NOTED, Kind.LINKED]


@pytest.mark.parametrize(
    ("name", "phone", "has_hamlet"),
    [
        ("Lụa Nguyễn", "0900000111", True),
        ("Nguyễn Thị Lụa", "0900000999", False),
        ("Nguyễn Thị Lụa", "khong co", False),
    ],
)
def test_share_that_does_not_fit_waits_sealed_for_a_person(
    account, member, name, phone, has_hamlet
):
    share(account, name, phone)

    row = LinkProposal.objects.get()
    assert row.member is None
    assert (row.hamlet == member.hamlet) is has_hamlet
    assert row.name == name
    stored = str(LinkProposal.objects.values_list("name", "phone").get())
    assert name not in stored.replace("Sealed", "")
    assert "v1:" in stored


def test_two_people_with_phone_and_name_are_not_guessed_between(account, member):
    make_member(member.hamlet, full_name="Nguyễn Thị Lụa", phone="+84900000111")

    share(account, "Nguyễn Thị Lụa", "0900000111")

    assert LinkProposal.objects.get().member is None


def test_doubtful_share_is_linked_with_the_person_whom_the_chief_chooses(account, member, chief):
    share(account, "Chị Lụa", "0900000999")
    row = LinkProposal.objects.get()
    with pytest.raises(NotAllowed, match="Hãy chọn"):
        linking.confirm(row, by=chief)

    linking.confirm(row, by=chief, member=member)

    assert ZaloLink.objects.get().member == member


def test_refused_share_is_gone_and_the_person_is_told(account, member, chief):
    share(account, "Ai Đó", "0900000999")

    linking.refuse(LinkProposal.objects.get(), by=chief)

    assert not LinkProposal.objects.exists()
    assert replies() == [Kind.NOTED, Kind.REFUSED]


def test_officer_of_another_hamlet_and_a_hamlet_head_decide_nothing(
    account, member, other_hamlet, officer_of, hamlet_head_of
):
    share(account, "Nguyễn Thị Lụa", "0900000111")
    row = LinkProposal.objects.get()

    for user in (officer_of(other_hamlet), hamlet_head_of(member.hamlet)):
        with pytest.raises(NotAllowed):
            linking.confirm(row, by=user)
        with pytest.raises(NotAllowed):
            linking.refuse(row, by=user)

    assert LinkProposal.objects.exists()


def test_older_share_that_comes_late_changes_nothing(account, member):
    share(account, "Nguyễn Thị Lụa", "0900000111", moment=at(-1))
    share(account, "Người Khác", "0900000222", moment=at(-9))

    assert LinkProposal.objects.get().member == member


def test_one_zalo_account_is_one_person_and_a_newer_act_of_the_person_moves_it(
    account, member, chief, hamlet
):
    other = make_member(hamlet, consent_basis="list", consent_given_at=at())
    say(account, printed(member, chief).words)
    say(account, printed(other, chief).words, moment=at(1))
    assert ZaloLink.objects.get().member == member
    assert replies()[-1] == Kind.BAD_CODE

    followers.note_follow(account, FollowChange("newphone", True, "", at()))
    share_from_new = ContactShared("newphone", "Nguyễn Thị Lụa", "0900000111", "", at(2))
    signals.contact_shared.send(sender=None, account=account, event=share_from_new)
    linking.confirm(LinkProposal.objects.get(), by=chief)

    link = ZaloLink.objects.get()
    assert link.follower.zalo_user_id == "newphone"
    assert ConsentRecord.objects.of_link().count() == 1


# Taking it back


def test_person_takes_it_back_by_a_message(account, member, chief):
    say(account, printed(member, chief).words, moment=at(-5))

    assert say(account, "Hủy liên kết!")

    assert not ZaloLink.objects.exists()
    record = ConsentRecord.objects.get(basis="zalo")
    assert record.withdrawn_at is not None
    assert record.withdrawn_recorded_by is None
    assert replies() == [Kind.LINKED, Kind.UNLINKED]
    assert AuditEvent.objects.filter(action="zalolink.ended").count() == 1


def test_late_message_does_not_undo_a_newer_link(account, member, chief):
    say(account, printed(member, chief).words)

    say(account, "HUY LIEN KET", moment=at(-30))

    assert ZaloLink.objects.exists()
    assert replies()[-1] == Kind.NOT_LINKED


def test_officer_takes_it_back_and_no_other_may(account, member, chief, officer_of, other_hamlet):
    say(account, printed(member, chief).words)
    with pytest.raises(NotAllowed):
        linking.end_for(member, by=officer_of(other_hamlet))

    assert linking.end_for(member, by=officer_of(member.hamlet), reason="Người dân nhờ")

    assert not ZaloLink.objects.exists()
    assert not linking.end_for(member, by=chief)


def test_withdrawal_of_a_linked_person_is_a_request_with_its_clock(account, member, chief):
    say(account, printed(member, chief).words, moment=at(-5))
    event = Withdrawal(USER, at(-1))

    for _time in range(2):
        with opened():
            signals.person_withdrew.send(sender=None, account=account, event=event)
        followers.forget(account, USER, event.at)

    request = DataRequest.objects.get()
    assert (request.member, request.kind, request.channel) == (member, "withdraw", "zalo")
    assert request.recorded_by is None
    assert request.due_on == timezone.localdate(event.at) + timedelta(days=15)
    assert not ZaloLink.objects.exists()
    assert Follower.objects.get().zalo_user_id == ""


def test_withdrawal_of_a_stranger_leaves_no_request(account):
    with opened():
        signals.person_withdrew.send(sender=None, account=account, event=Withdrawal(USER, at()))

    assert not DataRequest.objects.exists()


def test_link_goes_with_the_follower(account, member, chief):
    say(account, printed(member, chief).words)

    Follower.objects.all().delete()

    assert not ZaloLink.objects.exists()
    assert Member.objects.filter(pk=member.pk).exists()


def test_nothing_of_a_message_is_kept_with_member_or_follower(account, member, chief):
    say(account, printed(member, chief).words)
    say(account, "Nhà số 5 đánh bạc", moment=at(1))

    kept = [
        str(row)
        for model in (Member, Follower, ZaloLink, ConsentRecord, LinkReply)
        for row in model.objects.values()
    ]
    assert "đánh bạc" not in "".join(kept)


def test_what_serves_to_link_has_its_time(account, member, chief):
    share(account, "Ai Đó", "0900000999")
    printed(member, chief)
    LinkProposal.objects.update(shared_at=at(-31 * 24 * 60))
    LinkCode.objects.update(expires_at=at(-1))
    LinkReply.objects.update(made_at=at(-9 * 24 * 60))

    retention.purge_expired()

    rows = (LinkProposal.objects, LinkCode.objects, LinkReply.objects)
    assert [manager.count() for manager in rows] == [0, 0, 0]


@pytest.mark.parametrize("way", ["leave", "withdraw", "anonymise"])
def test_link_ends_when_the_person_leaves_withdraws_or_is_erased(account, member, chief, way):
    say(account, printed(member, chief).words)

    getattr(erasure, way)(member, by=chief)

    assert not ZaloLink.objects.exists()
    assert not ConsentRecord.objects.of_link().exists()


def test_merger_takes_the_link_along_and_gives_it_back(account, member, hamlet, chief):
    other = make_member(hamlet, consent_basis="list", consent_given_at=at())
    say(account, printed(other, chief).words)

    made = duplicates.merge(member, other, from_absorbed={}, by=chief)
    assert ZaloLink.objects.get().member == member
    duplicates.split(made, by=chief)

    assert ZaloLink.objects.get().member == other


def test_copy_for_the_person_tells_of_the_link_without_the_id(account, member, chief):
    say(account, printed(member, chief).words)

    held = holdings.gather(member, by=chief, reason="Bà con hỏi")

    said = " ".join(f"{name} {value}" for part in held.sections for name, value in part.lines)
    assert "Đã liên kết ngày" in said
    assert "Liên kết Zalo 01" in said
    assert USER not in said


def test_who_asks_again_and_again_is_answered_a_few_times(account, member):
    for second in range(20):
        say(account, "LIEN KET", moment=at(second / 60))

    assert len(replies()) == MOST_AN_HOUR
