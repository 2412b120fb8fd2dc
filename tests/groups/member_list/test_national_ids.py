"""National ids: not read unless they are kept; then sealed, never in a row of a list."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from accounts.retention import purge_expired
from groups.duplicates import services as duplicates
from groups.management.commands.import_members import import_members
from groups.member_import import national_ids
from groups.member_import import services as member_import
from groups.member_import.reader.national_ids import read_national_id
from groups.member_import.reader.problems import BadCell
from groups.models import Member, MemberImport, MemberImportRow, NationalId
from groups.personal_data import erasure, holdings
from tests.factories.groups import make_member
from tests.groups.importing import grid_of, read_in, row_of, write_down
from tests.groups.member_list.writers import xlsx

HEADER = ["STT", "Họ và tên", "Năm sinh", "Điện thoại", "Số CCCD"]
NUMBER, OTHER = "075080000345", "075190000678"
AN = ("Nguyễn Văn An", 1980, "0900000001", NUMBER)
BE = ("Trần Thị Bé", 1990, "0900000002", OTHER)
BARE = (*AN[:3], "")


@pytest.fixture
def ids_allowed(settings):
    settings.MEMBER_NATIONAL_ID = "store"


def run(hamlet, *rows):
    return import_members(xlsx(grid_of(*rows, header=HEADER)), "ds.xlsx", hamlet=hamlet)


def numbers() -> dict[str, str]:
    return {row.member.full_name: row.number for row in NationalId.objects.all()}


def codes(found) -> list[tuple[int, str]]:
    return [(one["row"], one["code"]) for one in found]


@pytest.mark.parametrize(
    ("cell", "number", "note"),
    [
        (NUMBER, NUMBER, ""),
        ("075 080 000 345", NUMBER, ""),
        ("'075080000345", NUMBER, ""),
        (75080000345, NUMBER, "id_zero_added"),
        (75080000345.0, NUMBER, "id_zero_added"),
        ("75080000345.0", NUMBER, "id_zero_added"),
        (1080000345, "001080000345", "id_zero_added"),
        ("7.5080000345E+10", NUMBER, "id_restored"),
        ("270123456", "", "id_old"),
        ("B1234567", "", "id_passport"),
        ("", "", ""),
        ("không có", "", ""),
    ],
)
def test_cells_are_repaired(cell, number, note):
    read = read_national_id(cell)

    assert (read.number, read.note) == (number, note)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("7.508E+10", "id_rounded"),
        ("07508000034", "id_length"),
        ("0750800003455", "id_length"),
        ("000080000345", "id_length"),
        ("chờ cấp lại", "id_text"),
        ("=A1", "formula"),
    ],
)
def test_cells_that_say_nothing_certain_are_refused(cell, code):
    with pytest.raises(BadCell) as refused:
        read_national_id(cell)

    assert refused.value.code == code
    assert refused.value.values.get("text") is None


def test_column_is_not_read_where_ids_are_not_kept(hamlet):
    outcome = run(hamlet, AN, (*BE[:3], "chờ cấp lại"))

    assert (outcome.created, outcome.errors, outcome.warnings) == (2, [], [])
    assert not NationalId.objects.exists()


def test_id_is_kept_sealed_with_a_keyed_hash(hamlet, ids_allowed):
    assert run(hamlet, AN).created == 1

    with connection.cursor() as cursor:
        cursor.execute("SELECT number, number_index FROM groups_nationalid")
        number, index = cursor.fetchone()
    assert number.startswith("v1:")
    assert NUMBER not in number + index
    assert (numbers(), len(index)) == ({"Nguyễn Văn An": NUMBER}, 64)
    assert not [row for row in MemberImportRow.objects.values() if NUMBER in str(row)]


def test_bad_cell_refuses_its_row_and_no_sentence_repeats_it(hamlet, ids_allowed):
    outcome = run(hamlet, (*AN[:3], "07508000034"), BE)

    assert (outcome.created, outcome.skipped) == (1, 1)
    (error,) = outcome.errors
    assert (error["row"], error["column"], error["code"]) == (3, "E", "id_length")
    assert "07508000034" not in error["message"]
    assert numbers() == {"Trần Thị Bé": OTHER}


def test_same_file_twice_changes_nothing(hamlet, ids_allowed):
    run(hamlet, AN, BE)

    again = run(hamlet, AN, BE)

    assert (again.updated, again.unchanged, again.warnings) == (0, 2, [])


def test_number_that_comes_later_is_a_change_and_blank_never_erases(hamlet, ids_allowed):
    run(hamlet, BARE)
    later = run(hamlet, AN)
    blank = run(hamlet, BARE)

    assert (later.updated, codes(later.warnings)) == (1, [(3, "id_added")])
    assert (blank.unchanged, numbers()) == (1, {"Nguyễn Văn An": NUMBER})


def test_number_is_never_written_over(hamlet, ids_allowed):
    run(hamlet, AN)

    outcome = run(hamlet, (*AN[:3], "075080000999"))

    assert (outcome.unchanged, codes(outcome.warnings)) == (1, [(3, "id_other")])
    assert numbers() == {"Nguyễn Văn An": NUMBER}


def test_number_of_two_people_and_one_that_contradicts_are_told(hamlet, ids_allowed):
    run(hamlet, AN)

    outcome = run(hamlet, (*BE[:3], NUMBER), ("Lê Văn Tư", 1980, "", "075080000111"),
                  ("Lê Văn Tám", 1980, "", "075080000111"))  # fmt: skip

    assert codes(outcome.warnings) == [
        (3, "id_differs"), (3, "id_of_other"), (4, "id_repeated"), (5, "id_repeated"),
    ]  # fmt: skip
    assert len(numbers()) == 4


def test_person_of_another_hamlet_is_not_given_away(hamlet, other_hamlet, ids_allowed):
    run(other_hamlet, AN)

    assert run(hamlet, ("Lê Văn Tư", 1980, "", NUMBER)).warnings == []


def test_dry_run_writes_nothing(hamlet, ids_allowed):
    file = xlsx(grid_of(AN, header=HEADER))

    assert import_members(file, "ds.xlsx", hamlet=hamlet, dry_run=True).created == 1
    assert not NationalId.objects.exists()
    assert not MemberImport.objects.exists()


def test_undo_takes_numbers_back(hamlet, chief, ids_allowed):
    write_down(read_in(hamlet, chief, BARE, header=HEADER), chief)
    batch = write_down(read_in(hamlet, chief, AN, BE, header=HEADER), chief)
    assert len(numbers()) == 2

    done = member_import.undo(batch, by=chief)

    assert (done.removed, done.restored, done.kept, numbers()) == (1, 1, [], {})


def test_undo_leaves_who_was_given_a_number_since(hamlet, chief, ids_allowed):
    batch = write_down(read_in(hamlet, chief, BARE, header=HEADER), chief)
    erasure.record_national_id(Member.objects.get(), by=chief, number=NUMBER)

    assert member_import.undo(batch, by=chief).removed == 0
    assert numbers() == {"Nguyễn Văn An": NUMBER}


def test_unreadable_numbers_are_dropped_at_once(hamlet, chief, ids_allowed):
    batch = read_in(hamlet, chief, (*AN[:3], "chờ cấp lại"), BE, header=HEADER)
    assert [one.code for one in member_import.repairs(batch)] == ["drop_national_id"]

    member_import.repair(batch, "drop_national_id", by=chief)

    assert row_of(batch, "Nguyễn Văn An").lane == "new"
    write_down(batch, chief)
    assert (Member.objects.count(), numbers()) == (2, {"Trần Thị Bé": OTHER})


def test_erasing_and_no_longer_keeping_remove_the_number(hamlet, ids_allowed, settings):
    run(hamlet, AN, BE)
    erasure.blank([Member.objects.get(full_name=AN[0]).pk], with_files=True)
    assert numbers() == {"Trần Thị Bé": OTHER}
    assert purge_expired()["groups.NationalId"] == 0

    settings.MEMBER_NATIONAL_ID = "ignore"

    assert purge_expired()["groups.NationalId"] == 1


def test_merge_hands_the_number_on_and_splitting_gives_it_back(hamlet, chief, ids_allowed):
    run(hamlet, AN)
    absorbed = Member.objects.get()
    survivor = make_member(hamlet, full_name=AN[0])

    made = duplicates.merge(survivor, absorbed, from_absorbed={}, by=chief)
    assert national_ids.in_full(survivor) == NUMBER

    duplicates.split(made, by=chief)
    assert (national_ids.in_full(survivor), national_ids.in_full(absorbed)) == ("", NUMBER)


def test_merge_of_two_numbers_loses_none(hamlet, chief, ids_allowed):
    run(hamlet, AN, BE)
    survivor, absorbed = Member.objects.order_by("pk")

    duplicates.merge(survivor, absorbed, from_absorbed={}, by=chief)

    held = holdings.gather(survivor, by=chief, reason="Người này xin xem dữ liệu")
    said = " ".join(value for section in held.sections for _name, value in section.lines)
    assert NUMBER in said
    assert OTHER in said


def test_keys_are_rotated(hamlet, ids_allowed, settings):
    run(hamlet, AN)
    settings.DATA_ENCRYPTION_KEYS = {"k9": b"9" * 32, **settings.DATA_ENCRYPTION_KEYS}

    out = StringIO()
    call_command("rotate_keys", stdout=out)

    assert "groups_nationalid.number: đã mã hóa lại 1 giá trị" in out.getvalue()
    assert numbers() == {"Nguyễn Văn An": NUMBER}


def test_page_shows_the_last_digits_and_takes_another_number(hamlet, chief, login, ids_allowed):
    run(hamlet, AN)
    member = Member.objects.get()
    client = login(chief)
    page = reverse("admin:groups_member_change", args=[member.pk])
    shown = client.get(page).text
    assert "••• ••• ••• 345" in shown
    assert NUMBER not in shown

    ask = reverse("admin:groups_member_national_id", args=[member.pk])
    assert "12 chữ số" in client.post(ask, {"number": "123"}).text
    client.post(ask, {"number": "075 080 000 999"})

    assert numbers() == {"Nguyễn Văn An": "075080000999"}
    client.post(ask, {"number": ""})
    assert numbers() == {}


def test_page_knows_of_no_number_where_none_is_kept(hamlet, chief, login):
    member = make_member(hamlet)
    client = login(chief)

    assert "so-can-cuoc" not in client.get(
        reverse("admin:groups_member_change", args=[member.pk])
    ).text  # fmt: skip
    ask = reverse("admin:groups_member_national_id", args=[member.pk])
    assert client.post(ask, {"number": NUMBER}).status_code == 403
    assert not NationalId.objects.exists()
