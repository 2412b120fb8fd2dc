"""A list with columns about groups on its way: chosen group, commit, coverage, undo."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from groups.coverage import households
from groups.member_import import committing, place_planning
from groups.member_import import services as member_import
from groups.member_import.place_display import FILTERS, place_facts
from groups.models import Member, Membership, MembershipSpell, ProxySpell
from groups.personal_data import erasure
from tests.factories.groups import (
    make_group,
    make_hamlet,
    make_member,
    make_ordinary_group,
    make_team,
)
from tests.groups.member_list.uploads import lanes, register, write_down
from tests.groups.member_list.writers import Grid, xlsx

HEADINGS = (
    "STT", "Mã hộ", "Họ và tên", "Điện thoại", "Vào nhóm Zalo", "Ngày rời nhóm",
    "Người nhận tin thay", "Ghi chú",
)  # fmt: skip
PEOPLE = (
    ("H1", "Nguyễn Văn Mẫu An", "0900000001", "12/03/2026", "", "", ""),
    ("H2", "Trần Thị Mẫu Bé", "0900000002", "x", "", "", ""),
    ("H3", "Lê Văn Mẫu Cư", "0900000003", "chưa", "", "", "đi làm xa"),
    ("H4", "Phạm Thị Mẫu Dần", "", "", "", "Nguyễn Văn Mẫu An", ""),
    ("H5", "Võ Văn Mẫu Em", "0900000005", "1/2/2026", "1/6/2026", "", ""),
    ("H6", "Đỗ Thị Mẫu Gấm", "", "", "", "bà Tư nào đó", "không xài zalo"),
    ("H7", "Hồ Văn Mẫu Hên", "0900000007", "hỏi lại", "", "", ""),
)
AS_OF = date(2026, 9, 15)


@pytest.fixture
def head(hamlet_head_of, hamlet):
    return hamlet_head_of(hamlet)


@pytest.fixture
def group(hamlet):
    return make_ordinary_group(hamlet, name="Nhóm Zalo Ấp Mẫu")


def list_of(*people, headings=HEADINGS):
    rows = [["DANH SÁCH"], list(headings)]
    rows += [[number, *cells] for number, cells in enumerate(people or PEOPLE, start=1)]
    return xlsx(Grid(rows, name="Danh sách"))


def previewed(hamlet, by, *people, **options):
    batch = member_import.start(list_of(*people, **options), "ds.xlsx", hamlet=hamlet, by=by)
    member_import.read(batch.pk)
    batch.refresh_from_db()
    return batch


def answered(hamlet, by, *people, on=AS_OF, **options):
    batch = previewed(hamlet, by, *people, **options)
    groups = place_planning.choices(batch, by)
    columns = place_planning.suggested_answers(batch, groups)
    return member_import.choose_groups(batch, columns=columns, everyone=None, on=on, by=by)


def committed(hamlet, by, *people, **options):
    return write_down(answered(hamlet, by, *people, **options), by)


def places(hamlet):
    rows = Membership.objects.filter(member__hamlet=hamlet).order_by("member__phone")
    return {
        row.member.full_name.rpartition(" ")[2]: (row.state, row.joined_on, row.left_on)
        for row in rows
    }


def everything(hamlet):
    """Members with their places, spells and proxies, as the database has them."""
    found = register(hamlet)
    with connection.cursor() as cursor:
        for table in ("membership", "membershipspell", "proxyspell"):
            cursor.execute(
                f"SELECT %s, id, to_jsonb(t)::text FROM groups_{table} t ORDER BY id",  # noqa: S608 -- constants
                [table],
            )
            found += cursor.fetchall()
    return found


def test_a_list_writes_places_with_their_days(hamlet, head, group):
    batch = committed(hamlet, head)

    assert lanes(batch)["new"] == [name for _home, name, *_rest in PEOPLE]
    assert places(hamlet) == {
        "An": ("joined", date(2026, 3, 12), None),
        "Bé": ("joined", None, None),
        "Em": ("left", date(2026, 2, 1), date(2026, 6, 1)),
    }
    spells = MembershipSpell.objects.order_by("began_on")
    assert [
        (row.began_on, row.ended_on, row.is_estimated, row.source, row.recorded_by)
        for row in spells
    ] == [
        (date(2026, 2, 1), date(2026, 6, 1), False, "list", head),
        (date(2026, 3, 12), None, False, "list", head),
        (AS_OF, None, True, "list", head),
    ]


def test_coverage_rises_and_has_a_past(hamlet, head, group):
    assert households.by_hamlet([hamlet])[hamlet.pk].joined == 0

    committed(hamlet, head)

    now = households.by_hamlet([hamlet])[hamlet.pk]
    assert (now.joined, now.through, now.listed) == (2, 1, 7)
    days = (date(2026, 1, 31), date(2026, 2, 1), date(2026, 4, 1), date(2026, 6, 1), AS_OF)
    assert [households.by_hamlet([hamlet], day)[hamlet.pk].joined for day in days] == [
        0, 1, 2, 1, 2,
    ]  # fmt: skip


def test_a_proxy_named_in_the_list_is_written_with_its_day(hamlet, head, group):
    committed(hamlet, head)

    told = Member.objects.get(full_name="Phạm Thị Mẫu Dần")
    assert told.reached_through.full_name == "Nguyễn Văn Mẫu An"
    spell = ProxySpell.objects.get()
    assert (spell.member, spell.began_on, spell.source) == (told, AS_OF, "list")


def test_nothing_in_the_list_is_dropped_without_a_line(hamlet, head, group):
    batch = answered(hamlet, head)
    named = f"nhóm “{group.name}”"

    assert {fact.words: fact.count for fact in place_facts(batch)} == {
        f"người được ghi đang ở trong {named}": "2",
        f"người được ghi đã rời {named}": "1",
        "người được ghi nhận tin qua người khác": "1",
        "dấu, ngày hoặc tên nhóm chưa rõ, không ghi": "1",
        "người có ghi ai nhận tin thay nhưng chưa biết là ai": "1",
        "người không dùng Zalo": "1",
        "dòng có ghi chú hoặc tên Zalo, chỉ để xem": "1",
    }


def test_without_an_answer_nobody_is_put_into_a_group_and_the_page_says_so(hamlet, head, group):
    batch = previewed(hamlet, head)
    (fact,) = [one for one in place_facts(batch) if one.code == "nhom-chua-chon"]
    assert int(fact.count) == batch.rows.filter(FILTERS[fact.code]).count() > 0

    write_down(batch, head)

    assert Member.objects.filter(hamlet=hamlet).count() == len(PEOPLE)
    assert not Membership.objects.exists()


def test_undo_restores_places_spells_and_proxies_to_the_letter(hamlet, head, group):
    known = make_member(
        hamlet, full_name="Trần Thị Mẫu Bé", phone="+84900000002", household_code="H2",
        birth_year=None,
    )  # fmt: skip
    moved = make_member(
        hamlet, full_name="Võ Văn Mẫu Em", phone="+84900000005", household_code="H5",
        birth_year=None,
    )  # fmt: skip
    Membership.objects.create(member=known, group=group, state="left", joined_on=date(2025, 1, 1),
                              left_on=date(2025, 5, 1))  # fmt: skip
    Membership.objects.create(member=moved, group=group, state="joined", joined_on=date(2025, 1, 1))
    before = everything(hamlet)

    batch = committed(hamlet, head)
    assert Membership.objects.get(member=known).state == "joined"
    assert Membership.objects.get(member=moved).state == "left"
    plan = member_import.undo_plan(batch, by=head)
    done = member_import.undo(batch, by=head)

    assert everything(hamlet) == before
    assert (plan.places, done.places, done.places_kept, done.kept) == (4, 4, 0, [])


def test_who_was_changed_since_stays(hamlet, head, group):
    batch = committed(hamlet, head)
    Membership.objects.filter(member__full_name="Trần Thị Mẫu Bé").update(
        state="left", left_on=timezone.localdate()
    )

    done = member_import.undo(batch, by=head)

    assert done.places_kept == 1
    assert [row.full_name for row in Member.objects.filter(hamlet=hamlet)] == ["Trần Thị Mẫu Bé"]


def test_a_proxy_in_use_by_another_list_is_not_removed(hamlet, head, group):
    batch = committed(hamlet, head)
    other = make_member(hamlet, reached_through=Member.objects.get(full_name=PEOPLE[0][1]))

    member_import.undo(batch, by=head)

    other.refresh_from_db()
    assert other.reached_through is not None


def test_the_same_list_again_changes_nothing(hamlet, head, group):
    committed(hamlet, head)
    before = everything(hamlet)

    again = committed(hamlet, head)

    assert everything(hamlet) == before
    assert not again.rows.filter(places_new__isnull=False).exists()


def test_people_known_already_get_their_places(hamlet, head, group):
    write_down(previewed(hamlet, head), head)

    batch = committed(hamlet, head)

    assert set(lanes(batch)) == {"same"}
    assert set(places(hamlet)) == {"An", "Bé", "Em"}


def test_an_older_list_brings_back_nobody_who_left_after_it(hamlet, head, group):
    committed(hamlet, head)
    Membership.objects.filter(member__full_name="Trần Thị Mẫu Bé").update(
        state="left", left_on=AS_OF + timedelta(days=1)
    )

    committed(hamlet, head)

    assert places(hamlet)["Bé"][0] == "left"


def test_zalo_has_the_last_word(hamlet, head, group):
    known = make_member(hamlet, full_name="Trần Thị Mẫu Bé", phone="+84900000002", birth_year=None)
    Membership.objects.create(
        member=known, group=group, state="left", left_on=date(2026, 1, 1),
        zalo_said_at=timezone.now(),
    )  # fmt: skip

    committed(hamlet, head)

    assert Membership.objects.get(member=known).state == "left"


def test_a_stay_and_coming_back_are_two_spells(hamlet, head, group):
    headings = ("STT", "Họ và tên", "Điện thoại", "Vào nhóm", "Rời nhóm", "Vào lại")
    committed(
        hamlet, head, ("Mang Văn Ba", "0900000009", "1/3/2025", "1/6/2025", "1/9/2025"),
        headings=headings,
    )  # fmt: skip

    spells = MembershipSpell.objects.order_by("began_on")
    assert [(row.began_on, row.ended_on) for row in spells] == [
        (date(2025, 3, 1), date(2025, 6, 1)), (date(2025, 9, 1), None),
    ]  # fmt: skip


def test_a_whole_list_may_be_of_one_group(hamlet, head, group):
    batch = previewed(hamlet, head, ("Mang Văn Ba", "0900000009"), ("Mang Thị Tư", "0900000010"),
                      headings=("STT", "Họ và tên", "Điện thoại"))  # fmt: skip
    member_import.choose_groups(batch, columns={}, everyone=group.pk, on=AS_OF, by=head)

    write_down(batch, head)

    assert Membership.objects.filter(group=group, state="joined").count() == 2


def test_marks_may_mean_the_group_of_each_team(hamlet, head):
    teams = [make_team(hamlet, name=f"Tổ {number}") for number in (1, 2)]
    groups = [make_ordinary_group(hamlet, team=team, name=f"Bình Yên {team}") for team in teams]
    headings = ("STT", "Họ và tên", "Điện thoại", "Tổ", "Vào nhóm")

    batch = committed(
        hamlet, head, ("Mang Văn Ba", "0900000009", "1", "x"),
        ("Mang Thị Tư", "0900000010", "Tổ 2", "x"), ("Mang Thị Sáu", "0900000011", "3", "x"),
        headings=headings,
    )  # fmt: skip

    rows = Membership.objects.order_by("member__phone")
    assert [(row.member.full_name, row.group) for row in rows] == [
        ("Mang Văn Ba", groups[0]), ("Mang Thị Tư", groups[1]),
    ]  # fmt: skip
    assert place_planning.count_places(batch).unclear == 1


def test_a_person_on_two_lines_gets_the_places_of_both(hamlet, head):
    first, second = (make_ordinary_group(hamlet, name=f"Nhóm Tổ {n}") for n in (1, 2))
    headings = ("STT", "Họ và tên", "Điện thoại", "Nhóm Zalo")

    batch = committed(
        hamlet, head, ("Mang Văn Ba", "0900000009", "Nhóm Tổ 1"),
        ("Mang Văn Ba", "0900000009", "Nhóm Tổ 2"), headings=headings,
    )  # fmt: skip

    assert lanes(batch) == {"new": ["Mang Văn Ba"], "repeated": ["Mang Văn Ba"]}
    assert {row.group for row in Membership.objects.all()} == {first, second}


def test_only_groups_in_sight_may_be_chosen(hamlet, head, group):
    foreign = make_group(make_hamlet(hamlet.commune))
    batch = previewed(hamlet, head)

    with pytest.raises(member_import.NotAllowed, match="nhóm này"):
        member_import.choose_groups(
            batch, columns={"x": foreign.pk}, everyone=None, on=AS_OF, by=head
        )


def test_a_list_of_tomorrow_is_refused(hamlet, head, group):
    batch = previewed(hamlet, head)

    with pytest.raises(member_import.NotAllowed, match="sau hôm nay"):
        member_import.choose_groups(
            batch, columns={}, everyone=None, on=timezone.localdate() + timedelta(days=1), by=head
        )


def test_a_worker_killed_between_chunks_writes_each_place_once(hamlet, head, group, monkeypatch):
    monkeypatch.setattr(committing, "CHUNK", 2)
    batch = answered(hamlet, head)
    member_import.commit(batch, by=head)
    real = committing.write_places
    calls = []

    def dies(row, upto):
        calls.append(upto)
        if len(calls) == 2:
            raise KeyboardInterrupt
        real(row, upto)

    monkeypatch.setattr(committing, "write_places", dies)
    with pytest.raises(KeyboardInterrupt):
        committing.run(batch.pk)
    committing.run(batch.pk)

    assert set(places(hamlet)) == {"An", "Bé", "Em"}
    assert MembershipSpell.objects.count() == 3
    assert ProxySpell.objects.count() == 1


def test_an_erased_proxy_leaves_the_lines_of_others(hamlet, head, group, chief):
    batch = committed(hamlet, head)
    proxy = Member.objects.get(full_name=PEOPLE[0][1])

    with transaction.atomic():
        erasure.blank([proxy.pk], with_files=False)

    line = batch.rows.get(full_name="Phạm Thị Mẫu Dần")
    assert (line.zalo, line.proxy_id) == (None, None)


# On the screen


def page(batch, name):
    return reverse(f"admin:groups_memberimport_{name}", args=[batch.pk])


def test_columns_lead_to_the_question_of_the_group(hamlet, head, group, login):
    batch = previewed(hamlet, head)
    client = login(head)
    data = {"include-0": "on", "header-0": "2"} | {
        f"column-0-{column['letter']}": column["field"] for column in batch.sheets[0]["columns"]
    }

    answer = client.post(page(batch, "mapping"), data)

    assert answer.url == page(batch, "groups")


def test_the_question_offers_the_only_group_and_writes_the_answer(hamlet, head, group, login):
    batch = previewed(hamlet, head)
    client = login(head)
    text = client.get(page(batch, "groups")).content.decode()
    assert "Cột “Vào nhóm Zalo”" in text
    assert f'<option value="{group.pk}" selected>' in text

    answer = client.post(
        page(batch, "groups"), {"column-0": group.pk, "everyone": "0", "on": AS_OF.isoformat()}
    )

    assert answer.url == page(batch, "review")
    review = client.get(answer.url).content.decode()
    assert "Đang ở trong Nhóm Zalo Ấp Mẫu từ 12/03/2026." in review
    assert "Nhận tin qua Nguyễn Văn Mẫu An." in review
    assert "Ghi chú: đi làm xa" in review
    assert "Không dùng Zalo." in review


def test_a_list_with_marks_says_before_the_button_that_no_group_was_chosen(
    hamlet, head, group, login
):
    batch = previewed(hamlet, head)

    text = login(head).get(page(batch, "commit")).content.decode()

    assert "chưa chọn là nhóm nào" in text


def test_known_people_with_places_can_be_committed_on_the_screen(hamlet, head, group, login):
    write_down(previewed(hamlet, head), head)
    batch = answered(hamlet, head)

    text = login(head).get(page(batch, "commit")).content.decode()

    assert "Nhập vào danh sách thành viên" in text


def test_undo_page_tells_of_the_places(hamlet, head, group, login):
    batch = committed(hamlet, head)

    text = login(head).get(page(batch, "undo")).content.decode()

    assert "ai do danh sách này ghi vào nhóm thì không còn ghi trong nhóm" in text


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Nguyễn Văn Mẫu An", "Nguyễn Văn Mẫu An"),
        ("con trai Nguyễn Văn Mẫu An", "Nguyễn Văn Mẫu An"),
        ("0900 000 001", "Nguyễn Văn Mẫu An"),
        ("ông Nguyễn Văn Mẫu An kế bên", "Nguyễn Văn Mẫu An"),
        ("bà Bé", None),
        ("con", None),
    ],
)
def test_words_about_a_proxy_mean_one_person_or_nobody(hamlet, head, group, words, name):
    people = [*PEOPLE[:3], ("H4", "Phạm Thị Mẫu Dần", "", "", "", words, "")]

    committed(hamlet, head, *people)

    told = Member.objects.get(full_name="Phạm Thị Mẫu Dần")
    assert (told.reached_through.full_name if told.reached_through else None) == name


def test_a_column_that_nobody_can_tell_is_answered_by_a_person(hamlet, head, group, login):
    make_ordinary_group(hamlet)  # with two groups the list alone does not tell
    batch = previewed(hamlet, head)
    client = login(head)

    asked = client.get(page(batch, "groups"))
    answer = client.post(page(batch, "groups"), {"everyone": "0", "on": AS_OF.isoformat()})

    assert "Hãy chọn …" in asked.content.decode()
    assert "Hãy chọn nhóm của cột này" in answer.content.decode()
