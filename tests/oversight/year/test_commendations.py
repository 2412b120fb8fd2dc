"""Commendations: their steps, one achievement once, and who told stays unknown."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.services import NotAllowed
from accounts.users.roles import Role
from oversight.commendations import checks, informants
from oversight.commendations import pages as commendations_pages
from oversight.commendations import services as commendations
from oversight.models import Achievement, Commendation, CommendationForm, InformantLink
from oversight.review import retention
from tests.factories.groups import make_assignment, make_group, make_officer, make_team
from tests.factories.tips import make_opening, make_tip
from tests.factories.year import (
    make_accepted,
    make_achievement,
    make_commendation,
    make_form,
    make_informant,
)
from tests.oversight.year.stepping import DAY, all_yes, voted

pytestmark = pytest.mark.usefixtures("as_vault")

NEUTRAL = "Giúp Công an xã ngăn chặn kịp thời một vụ vi phạm."


def opened(tip: Any, user: Any, **fields: Any) -> Any:
    other = fields.pop("approved_by")
    now = timezone.now()
    return make_opening(
        tip, user, state="approved", approved_by=other, decided_at=now,
        until=fields.pop("until", now + timedelta(hours=24)), **fields,
    )  # fmt: skip


@pytest.fixture
def opened_tip(commune: Any, chief: Any, deputy_chief: Any) -> Any:
    """A tip whose identity the chief has open."""
    tip = make_tip(commune)
    opened(tip, chief, approved_by=deputy_chief)
    return tip


def put_forward(tip: Any, by: Any, **fields: Any) -> Commendation:
    values = {"kind": "helping", "what": NEUTRAL, "occasion": informants.OCCASIONS[0]}
    form = fields.pop("form", None) or make_form(tip.commune)
    return informants.nominate(tip, by=by, form=form, **(values | fields))


def test_a_commendation_goes_from_nomination_to_the_hand(commune, chief):
    one = commendations.nominate(
        Achievement(
            commune=commune, subject_kind="collective", kind="building", name="Tổ 5", year=2026,
            what="Vận động đủ hộ.",
        ),
        form=make_form(commune), by=chief, occasion="Ngày hội",
    )  # fmt: skip

    one = voted(one, chief)
    assert checks.majority(one) == "5/8 đồng ý, quá nửa số phiếu"
    one = commendations.accept(one, by=chief, number="15/QĐ-UBND", on=DAY)
    one = commendations.hand_over(one, by=chief, on=DAY)

    assert (one.status, one.decision_number, one.handed_over_on) == (
        "handed_over", "15/QĐ-UBND", DAY,
    )  # fmt: skip


def test_a_council_votes_once_every_condition_is_answered(commune, chief):
    one = commendations.nominate(
        make_achievement(commune), form=make_form(commune), by=chief, occasion="Ngày hội"
    )

    one = commendations.answer(one, {1: "yes"}, by=chief)

    assert one.status == "nominated"
    with pytest.raises(NotAllowed, match="Mới đề nghị"):
        commendations.vote(one, by=chief, council="Hội đồng", on=DAY, votes=(1, 0, 0))


def test_an_achievement_is_rewarded_once(commune, chief):
    done = make_achievement(commune)
    first, second = (
        commendations.nominate(done, form=make_form(commune), by=chief, occasion="Ngày hội")
        for _one in range(2)
    )
    voted(first, chief)
    voted(second, chief)
    commendations.accept(first, by=chief, number="15/QĐ-UBND", on=DAY)

    with pytest.raises(NotAllowed, match="chỉ khen một lần"):
        commendations.accept(second, by=chief, number="16/QĐ-UBND", on=DAY)
    with pytest.raises(NotAllowed, match="chỉ khen một lần"):
        commendations.nominate(done, form=make_form(commune), by=chief, occasion="Ngày hội")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_accepted(done)


def test_what_was_declined_may_be_put_forward_again(commune, chief):
    done, form = make_achievement(commune), make_form(commune)
    one = commendations.nominate(done, form=form, by=chief, occasion="Ngày hội")
    commendations.decline(one, by=chief, reason="Chờ thêm tài liệu.")

    again = commendations.nominate(done, form=form, by=chief, occasion="Cuối năm")

    assert again.status == "nominated"


def test_nobody_puts_forward_what_they_do_not_see(commune, hamlet, other_hamlet, actor):
    officer = actor(Role.OFFICER)
    make_assignment(make_officer(commune, user=officer), hamlet)
    elsewhere = make_achievement(commune, hamlet=other_hamlet)

    with pytest.raises(NotAllowed, match="không đề nghị khen thưởng cho thành tích này"):
        commendations.nominate(elsewhere, form=make_form(commune), by=officer, occasion="Ngày hội")


@pytest.mark.parametrize(
    ("changed", "is_alike"),
    [
        ({"where": "Nhà văn hóa"}, True),
        ({"what": "Vận động đủ các hộ trong tổ vào nhóm Zalo."}, True),
        ({"what": "Cứu hai cháu nhỏ khỏi đuối nước."}, False),
        ({"name": "Tổ khác"}, False),
        ({"first_on": date(2026, 7, 1), "last_on": date(2026, 7, 2)}, False),
    ],
)
def test_what_may_be_the_same_is_shown(changed, is_alike, commune):
    base = {"name": "Tổ 5", "first_on": date(2026, 3, 1), "last_on": date(2026, 3, 5)}
    one, other = make_achievement(commune, **base), make_achievement(commune, **(base | changed))

    assert checks.like(one) == ([other] if is_alike else [])


@pytest.mark.parametrize(
    "days", [{"first_on": DAY}, {"last_on": DAY}, {"first_on": DAY, "last_on": date(2026, 11, 15)}]
)
def test_the_database_takes_both_days_in_order_or_none(days, commune):
    with pytest.raises(IntegrityError, match="achievement_days_in_order"), transaction.atomic():
        make_achievement(commune, **days)


def test_officers_see_their_hamlets_and_no_informant(commune, hamlet, other_hamlet, actor, chief):
    officer = actor(Role.OFFICER)
    make_assignment(make_officer(commune, user=officer), hamlet)
    own = make_commendation(make_achievement(commune, hamlet=hamlet))
    make_commendation(make_achievement(commune, hamlet=other_hamlet))
    make_commendation(make_informant(commune))

    assert list(Commendation.objects.visible_to(officer)) == [own]
    assert Commendation.objects.visible_to(chief).count() == 3


def test_an_informant_is_a_token_that_comes_from_nothing(opened_tip, chief):
    made = put_forward(opened_tip, chief)

    done = made.achievement
    assert (done.name, done.place, done.where, done.hamlet, done.first_on) == (
        "",
        "",
        "",
        None,
        None,
    )
    assert (made.nominated_by, made.nominated_on, made.is_public) == (None, None, False)
    assert str(opened_tip.uuid) not in str(vars(done.link))
    assert done.subject == f"Người báo tin, mã {done.token}"


def test_who_may_not_open_the_identity_neither_puts_forward_nor_finds_the_token(
    opened_tip, chief, deputy_chief, actor
):
    made = put_forward(opened_tip, chief)
    mine = [(one.tip, one.token) for one in informants.opened_by(chief)]

    assert mine == [(opened_tip, made.achievement.token)]
    assert informants.opened_by(deputy_chief) == []
    for role in Role:
        with pytest.raises(NotAllowed, match="đang được mở danh tính"):
            put_forward(opened_tip, actor(role))


def test_leave_that_has_ended_opens_nothing(commune, chief, deputy_chief):
    tip = make_tip(commune)
    opened(tip, chief, approved_by=deputy_chief, until=timezone.now())

    assert informants.opened_by(chief) == []


def test_one_tip_is_one_token(opened_tip, chief):
    token = put_forward(opened_tip, chief).achievement.token

    with pytest.raises(NotAllowed, match=token):
        put_forward(opened_tip, chief)


def test_an_informant_who_was_declined_is_put_forward_again_by_the_same_token(opened_tip, chief):
    first = put_forward(opened_tip, chief)
    commendations.decline(first, by=chief, reason="Chờ thêm kết quả.")

    again = put_forward(opened_tip, chief, what="Giúp ngăn một vụ lừa đảo.")

    assert (again.pk != first.pk, again.status) == (True, "nominated")
    assert again.achievement == first.achievement
    assert again.achievement.what == "Giúp ngăn một vụ lừa đảo."
    assert (again.nominated_by, again.nominated_on) == (None, None)
    with pytest.raises(NotAllowed, match="đã có mã"):
        put_forward(opened_tip, chief)


def test_of_two_presses_after_a_no_one_puts_forward(opened_tip, chief, monkeypatch):
    commendations.decline(put_forward(opened_tip, chief), by=chief, reason="Chờ thêm kết quả.")
    seen = informants.opened_by(chief)
    put_forward(opened_tip, chief)
    monkeypatch.setattr(informants, "opened_by", lambda _user: seen)

    with pytest.raises(NotAllowed, match="vừa được đề nghị khen"):
        put_forward(opened_tip, chief)


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("Ông Nguyễn Văn Tèo giúp bắt trộm.", "tên riêng"),
        ("Giúp bắt trộm, chị Lan thấy tận mắt.", "tên riêng"),
        ("Giúp bắt trộm, gọi 0900 000 919.", "số điện thoại"),
        ("Giúp bắt trộm ở số nhà mười hai.", "nơi chốn"),
        ("Giúp bắt trộm gần chợ.", "nơi chốn"),
        ("Giúp bắt trộm ngày 12/3.", "chữ số"),
        ("Hàng xóm giúp bắt trộm.", "là ai"),
        ("Giúp " * 40, "dài quá"),
        ("", "câu ngắn"),
    ],
)
def test_a_sentence_that_tells_of_somebody_is_refused(sentence, reason, opened_tip, chief):
    with pytest.raises(NotAllowed, match=reason):
        put_forward(opened_tip, chief, what=sentence)


def test_the_name_of_a_hamlet_is_a_place(commune, hamlet):
    said = checks.sentence_refusals(f"Giúp giữ yên {hamlet.name.lower()}.", commune)

    assert any("nơi chốn" in one for one in said)


@pytest.mark.parametrize("place", ["tân phú - long bình", "suối cát cũ"])
def test_a_name_of_before_and_a_name_of_two_parts_are_places(place, commune, hamlet):
    hamlet.name, hamlet.former_names = "Tân Phú - Long Bình", "Bàu Sen\nSuối Cát"
    hamlet.save()

    said = checks.sentence_refusals(f"Giúp giữ yên {place}.", commune)

    assert any("nơi chốn" in one for one in said)


@pytest.mark.parametrize(
    "sentence",
    [NEUTRAL, "Cung cấp tin giúp phát hiện một vụ trộm cắp.", "Giúp ngăn một vụ lừa đảo."],
)
def test_neutral_sentences_are_taken(sentence, commune):
    assert checks.sentence_refusals(sentence, commune) == []


def test_no_free_words_stand_beside_a_token(opened_tip, chief):
    with pytest.raises(NotAllowed, match="dịp khen"):
        put_forward(opened_tip, chief, occasion="Khen anh Tèo ấp 3")
    one = put_forward(opened_tip, chief)
    with pytest.raises(NotAllowed, match="tên riêng"):
        commendations.decline(one, by=chief, reason="Anh Nguyễn Văn Tèo không nhận.")


@pytest.mark.parametrize(
    "council",
    ["Hội đồng khen ông Tám", "Hội đồng xã khen Nguyễn Văn Tám", "Họp lúc 8 giờ", "Hội đồng ấp"],
)
def test_no_council_names_whoever_told(council, opened_tip, chief):
    one = all_yes(put_forward(opened_tip, chief), chief)

    with pytest.raises(NotAllowed, match="tên chung của hội đồng"):
        commendations.vote(one, by=chief, council=council, on=DAY, votes=(5, 0, 0))

    usual = "Hội đồng Thi đua - Khen thưởng xã"
    made = commendations.vote(one, by=chief, council=usual, on=DAY, votes=(5, 0, 0))
    assert made.council == usual


@pytest.mark.parametrize(
    "number", ["45/QĐ-UBND khen ông Nguyễn Văn Tám", "QĐ khen anh Tèo", "45 khen Tám"]
)
def test_no_number_of_a_decision_names_whoever_told(number, opened_tip, chief):
    one = voted(put_forward(opened_tip, chief), chief)

    with pytest.raises(NotAllowed, match="chỉ ghi số quyết định"):
        commendations.accept(one, by=chief, number=number, on=DAY)

    one.refresh_from_db()
    assert (one.status, one.decision_number) == ("voted", "")
    assert commendations.accept(one, by=chief, number="45/QĐ-UBND", on=DAY).status == "accepted"


def test_of_two_presses_at_once_one_makes_the_token(opened_tip, chief, monkeypatch):
    seen = informants.opened_by(chief)
    put_forward(opened_tip, chief)
    monkeypatch.setattr(informants, "opened_by", lambda _user: seen)

    with pytest.raises(NotAllowed, match="vừa được đề nghị khen"):
        put_forward(opened_tip, chief)

    assert Achievement.objects.count() == InformantLink.objects.count() == 1


@pytest.mark.parametrize(
    "row",
    [
        {"name": "Nguyễn Văn Tèo"},
        {"where": "Ấp 3"},
        {"first_on": DAY, "last_on": DAY},
        {"token": ""},
    ],
)
def test_the_database_takes_nothing_more_of_an_informant(row, commune):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_informant(commune, **row)


def test_the_database_takes_no_proposer_and_no_publication_without_consent(commune, chief):
    done = make_informant(commune)

    for fields in ({"nominated_by": chief}, {"nominated_on": DAY}):
        with pytest.raises(DatabaseError), transaction.atomic():
            make_commendation(done, **fields)
    with pytest.raises(DatabaseError), transaction.atomic():
        make_accepted(done, is_public=True)


def test_an_informant_is_made_public_by_written_consent_alone(commune, chief):
    one = make_accepted(make_informant(commune))

    for given in ({}, {"consent_on": DAY}, {"consent_on": DAY, "number": "của anh Tèo"}):
        with pytest.raises(NotAllowed, match="văn bản đồng ý"):
            commendations.publish(one, by=chief, **given)
    assert commendations.publish(one, by=chief, consent_on=DAY, number="02/ĐY").is_public


@pytest.mark.parametrize("half", [{"consent_on": DAY}, {"number": "02/ĐY"}])
def test_half_a_written_consent_is_refused_and_not_dropped(half, commune, chief):
    one = make_accepted(make_achievement(commune))

    with pytest.raises(NotAllowed, match="cả ngày và số"):
        commendations.publish(one, by=chief, **half)

    one.refresh_from_db()
    assert not one.is_public
    assert commendations.publish(one, by=chief).is_public


def test_the_forms_of_a_commune_are_written_down_once_by_two_pages_at_once(commune, monkeypatch):
    monkeypatch.setattr(QuerySet, "exists", lambda _rows: False)

    commendations.prepare_forms(commune)
    commendations.prepare_forms(commune)

    assert CommendationForm.objects.filter(commune=commune).count() == len(commendations.FORMS)


@pytest.mark.parametrize(("field", "make"), [("team", make_team), ("group", make_group)])
def test_a_team_and_a_group_are_of_the_hamlet_that_is_named(
    field, make, commune, hamlet, other_hamlet, chief
):
    def nominate(place):
        done = Achievement(
            commune=commune, subject_kind="collective", kind="building", name="Tổ 5", year=2026,
            what="Vận động đủ hộ.", hamlet=hamlet, **{field: make(place)},
        )  # fmt: skip
        return commendations.nominate(done, form=form, by=chief, occasion="Ngày hội")

    form = make_form(commune)
    with pytest.raises(NotAllowed, match="không thuộc ấp, khu phố đã chọn"):
        nominate(other_hamlet)
    assert not Achievement.objects.exists()
    assert nominate(hamlet).achievement.hamlet == hamlet


def test_the_trail_of_a_nomination_says_of_nobody(opened_tip, chief):
    put_forward(opened_tip, chief)

    event = AuditEvent.objects.get(action="commendation.nominated")
    assert (event.target_id, event.target_label, event.details, event.reason) == ("", "", {}, "")


def test_links_are_cut_when_nobody_needs_them(commune):
    kept, old = make_informant(commune), make_informant(commune, year=2024)
    for done in (kept, old):
        InformantLink.objects.create(achievement=done, tip_index=done.token)

    assert [one.achievement for one in retention.old_links()] == [old]


@pytest.mark.parametrize("status", ["nominated", "accepted"])
def test_no_link_is_cut_while_thanks_are_under_way(status, commune, chief):
    done = make_informant(commune, year=2024)
    InformantLink.objects.create(achievement=done, tip_index=done.token)
    declined = make_commendation(done)
    commendations.decline(declined, by=chief, reason="Chờ thêm kết quả.")
    assert retention.old_links().count() == 1

    one = make_accepted(done) if status == "accepted" else make_commendation(done)

    assert not retention.old_links().exists()
    if status == "accepted":
        commendations.hand_over(one, by=chief, on=DAY)
    else:
        commendations.decline(one, by=chief, reason="Chưa đủ kết quả.")
    assert retention.old_links().count() == 1


def test_a_list_names_who_is_put_forward_and_informants_by_token(commune):
    team = make_accepted(make_achievement(commune, name="Tổ 5", place="Ấp 3"))
    hidden = make_accepted(make_informant(commune))
    waiting = make_commendation(make_achievement(commune, name="Tổ 6"))

    lines = [commendations_pages.nominee_of(one) for one in (team, hidden, waiting)]

    assert [(one.name, one.place, one.is_public) for one in lines] == [
        ("Tổ 5", "Ấp 3", True), (hidden.achievement.subject, "", False), ("Tổ 6", "", True),
    ]  # fmt: skip
