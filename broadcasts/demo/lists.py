"""Two member lists of the first hamlet, as its head would send them: one written down some days
ago, one that waits for a look. The second has something in every lane.
"""

from datetime import datetime, timedelta
from io import BytesIO
from random import Random

import xlsxwriter

from accounts.models import User
from broadcasts.demo.names import person_name
from groups.member_import import committing
from groups.member_import import services as member_import
from groups.models import Hamlet, Member, MemberImport
from vietnamese.text import local_phone

FIRST_PHONE = 900_002_000
ADDED = 9
DONE_NAME = "Tổ 1 bổ sung tháng 10.xlsx"
WAITING_NAME = "Danh sách ấp Suối Lành rà soát.xlsx"
HEADING = ("STT", "Họ và tên", "Năm sinh", "Giới tính", "Số điện thoại", "Địa chỉ", "Tổ")
type Line = tuple[str, str, str, str, str, str]


def make_lists(hamlet: Hamlet, head: User, random: Random, now: datetime) -> None:
    """Both lists, read and written by the same code as those of people."""
    members = list(
        Member.objects.filter(hamlet=hamlet).active().exclude(phone="").order_by("pk")[:40]
    )
    fresh = [_newcomer(random, number) for number in range(ADDED + 14)]
    _make_done(hamlet, head, [*map(_known, members[:12]), *fresh[:ADDED]], now)
    _make_waiting(hamlet, head, members[12:], fresh[ADDED:], now)


def _known(member: Member) -> Line:
    return (
        member.full_name,
        str(member.birth_year),
        str(member.get_gender_display()),
        local_phone(member.phone),
        member.address,
        member.team.name if member.team else "",
    )


def _newcomer(random: Random, number: int) -> Line:
    is_male = random.random() < 0.5
    team = f"Tổ {random.randrange(1, 4)}"
    return (
        person_name(random, is_male=is_male, minority_share=0),
        str(random.randrange(1950, 2006)),
        "Nam" if is_male else "Nữ",
        f"0{FIRST_PHONE + number}",
        f"Số {random.randrange(1, 320)}, {team}",
        team,
    )


def _workbook(title: str, lines: list[Line]) -> bytes:
    target = BytesIO()
    workbook = xlsxwriter.Workbook(target, {"in_memory": True})
    page = workbook.add_worksheet("Danh sách")
    page.write(0, 0, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    page.write(1, 0, "Độc lập - Tự do - Hạnh phúc")
    page.write(3, 0, title)
    page.write_row(5, 0, HEADING)
    for number, line in enumerate(lines, start=1):
        page.write_number(5 + number, 0, number)
        for column, text in enumerate(line, start=1):
            page.write_string(5 + number, column, text)
    page.write(7 + len(lines), 1, f"Tổng cộng: {len(lines)} người")
    workbook.close()
    return target.getvalue()


def _read(content: bytes, name: str, hamlet: Hamlet, head: User, at: datetime) -> MemberImport:
    batch = member_import.start(content, name, hamlet=hamlet, by=head, in_background=False)
    member_import.read(batch.pk)
    batch.refresh_from_db()
    batch.created_at, batch.read_at = at, at + timedelta(seconds=2)
    batch.save(update_fields=["created_at", "read_at"])
    return batch


def _make_done(hamlet: Hamlet, head: User, lines: list[Line], now: datetime) -> None:
    at = now - timedelta(days=4, hours=2)
    moved = (*lines[0][:4], "Số 12, Tổ 2", "Tổ 2")
    content = _workbook("DANH SÁCH THÀNH VIÊN NHÓM TỔ 1", [moved, *lines[1:]])
    batch = _read(content, DONE_NAME, hamlet, head, at)
    member_import.commit(batch, by=head, in_background=False)
    committing.run(batch.pk)
    batch.refresh_from_db()
    batch.committed_at = at + timedelta(minutes=6)
    batch.undo_until = batch.committed_at + timedelta(days=committing.UNDO_DAYS)
    batch.save(update_fields=["committed_at", "undo_until"])


def _make_waiting(
    hamlet: Hamlet, head: User, members: list[Member], fresh: list[Line], now: datetime
) -> None:
    known = list(map(_known, members))
    new_phone = (*known[0][:3], f"0{FIRST_PHONE + 90}", *known[0][4:])
    by_hand = [
        (fresh[0][0].upper(), *fresh[0][1:]),
        (f"Bà {fresh[1][0]}", *fresh[1][1:]),
        (*fresh[2][:3], fresh[2][3][1:], *fresh[2][4:]),
        (*fresh[3][:3], f"{fresh[3][3]} - 0{FIRST_PHONE + 91}", *fresh[3][4:]),
    ]
    changed = [
        (*known[1][:4], "Số 7A, Tổ 3", "Tổ 3"),
        (*known[2][:4], "Số 48, Tổ 2", "Tổ 2"),
    ]
    doubtful = [
        (known[3][0], known[3][1], known[3][2], "", "", ""),
        (f"{known[4][0].rpartition(' ')[0]} Thành", *known[4][1:]),
        new_phone,
    ]
    refused = [
        (*fresh[4][:3], "hỏi con trai", *fresh[4][4:]),
        (fresh[5][0], "31/02/1975", *fresh[5][2:]),
        ("", *fresh[6][1:]),
        (*fresh[7][:3], "09000029", *fresh[7][4:]),
    ]
    lines = [*known[5:17], *by_hand, *changed, *doubtful, *refused, *fresh[8:], fresh[8]]
    title = f"DANH SÁCH NGƯỜI DÂN {str(hamlet).upper()} RÀ SOÁT NĂM {now.year}"
    _read(_workbook(title, lines), WAITING_NAME, hamlet, head, now - timedelta(hours=3))
