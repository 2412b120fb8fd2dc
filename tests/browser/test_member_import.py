"""A hamlet head takes a list from the upload to its undo, on a phone, in a real browser.

No worker runs here: the tests do its work at the moment that suits them, and the page is expected
to notice by itself.
"""

import re
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import User
from groups.member_import import committing
from groups.member_import import services as member_import
from groups.member_import.reader import limits
from groups.models import Hamlet, Member, MemberImport, ZaloGroup
from tests.browser.axe import grave_findings
from tests.browser.conftest import Opener, Scene
from tests.browser.tabs import PHONE, at_both_widths
from tests.browser.taps import OF_A_FILE, count_taps, taps
from tests.browser.test_language import english_on
from tests.browser.test_pages import SMALL_TARGETS, WIDER
from tests.factories.groups import make_member
from tests.factories.people import make_notice
from tests.groups.importing import BAD, ONE, TWO, grid_of, page
from tests.groups.member_list.writers import Grid, xlsx

pytestmark = pytest.mark.timeout(400)

KNOWN = ("Đinh Thị Hoa", 1966, "", "")
WORDS = (
    "An", "Bé", "Cúc", "Dung", "Én", "Gấm", "Hoa", "Ích", "Kim", "Lan", "Mai", "Na", "Oanh", "Phúc",
    "Quý", "Rạng", "Sen", "Tư", "Út", "Vui", "Xuân", "Yến", "Đào", "Ân", "Ửng",
)  # fmt: skip
MOVED = ("Phạm Văn Cũ", 1951, "0900000009", "Tổ 2")


@pytest.fixture
def hamlet(scene: Scene) -> Hamlet:
    hamlet = Hamlet.objects.visible_to(scene.head).get()
    make_member(hamlet, full_name=KNOWN[0], birth_year=KNOWN[1], phone="+84900000055")
    make_member(hamlet, full_name=MOVED[0], birth_year=1950, phone="+84900000009")
    make_notice(hamlet.commune)
    return hamlet


@pytest.fixture
def list_file(tmp_path: Path) -> Path:
    path = tmp_path / "Danh sách ấp 1.xlsx"
    path.write_bytes(xlsx(grid_of(ONE, TWO, BAD, KNOWN, MOVED)))
    return path


def start(tab: Page, list_file: Path) -> MemberImport:
    """From the list of members to a file that is on its way."""
    tab.goto(reverse("admin:groups_member_changelist"))
    tab.get_by_role("link", name="Nhập danh sách từ tệp").click()
    tab.set_input_files("input[type=file]", list_file)
    tab.get_by_role("button", name="Tải lên và đọc").click()
    tab.get_by_role("heading", name="Máy đang đọc tệp").wait_for()
    return MemberImport.objects.get()


def correct_and_answer(tab: Page) -> None:
    """The doubtful line is the same person, and the refused one gets its number."""
    tab.get_by_role("button", name="Cùng một người").click()
    tab.get_by_text("nay ở nhóm “Không đổi”").wait_for()
    tab.get_by_role("link", name=re.compile("^Không nhận")).click()
    expect(tab.locator(".imp-notes")).to_contain_text("Ô D5")
    tab.locator("summary", has_text="Sửa").last.click()
    tab.get_by_role("textbox", name="Điện thoại").fill("0900 000 077")
    tab.get_by_role("button", name="Lưu và kiểm tra lại dòng này").click()
    tab.get_by_text("nay ở nhóm “Mới”").wait_for()


def test_a_head_takes_a_list_from_upload_to_undo_on_a_phone(
    open_as: Opener, scene: Scene, hamlet: Hamlet, list_file: Path
) -> None:
    tab = open_as(scene.head, size=PHONE)
    batch = start(tab, list_file)
    before = set(Member.objects.values_list("full_name", "birth_year"))

    member_import.read(batch.pk)
    correct_and_answer(tab)
    tab.get_by_role("button", name="Nhập 4 người").click()
    tab.get_by_role("heading", name="Máy đang nhập vào danh sách thành viên").wait_for()
    committing.run(batch.pk)
    tab.get_by_role("heading", name=re.compile("Đã nhập xong")).wait_for()
    written = set(Member.objects.values_list("full_name", "birth_year"))
    tab.get_by_role("link", name="Xem và hoàn tác").click()
    expect(tab.locator(".imp-undo .by-text-warn")).to_have_count(0)
    tab.get_by_role("button", name="Hoàn tác lần nhập này").click()
    tab.get_by_text("Đã hoàn tác: bỏ 3 người mới, trả lại 1 người như cũ.").wait_for()

    added = {(name, year) for name, year, _phone, _team in (ONE, TWO, BAD, MOVED)}
    assert written - before == added
    assert set(Member.objects.values_list("full_name", "birth_year")) == before


def test_a_clean_list_goes_in_with_eight_taps_and_two_short_lines_a_person(
    open_as: Opener, scene: Scene, hamlet: Hamlet, list_file: Path
) -> None:
    """From the home page to the coverage that has risen."""
    people = [
        [n, f"Nguyễn Thị Mẫu {word}", 1950 + n, f"09000001{n:02}", f"Tổ {n % 4 + 1}", f"H{n}", "x"]
        for n, word in enumerate(WORDS, start=1)
    ]
    rows = [["STT", "Họ và tên", "Năm sinh", "Điện thoại", "Tổ", "Mã hộ", "Vào nhóm Zalo"], *people]
    list_file.write_bytes(xlsx(Grid(rows)))
    group = ZaloGroup.objects.filter(hamlet=hamlet, kind="ordinary").first()
    ZaloGroup.objects.exclude(pk=group.pk).update(status="closed")
    tab = open_as(scene.head, size=PHONE)
    count_taps(tab)
    tab.goto(reverse("admin:index"))
    tab.get_by_role("link", name="Nhập danh sách").first.click()
    tab.set_input_files("input[type=file]", list_file)
    tab.get_by_role("button", name="Tải lên và đọc").click()
    tab.get_by_role("heading", name="Máy đang đọc tệp").wait_for()
    batch = MemberImport.objects.get()
    member_import.read(batch.pk)
    tab.get_by_role("button", name="Nhập 25 người").wait_for()
    height = tab.evaluate("document.documentElement.scrollHeight")
    tab.get_by_role("button", name="Nhập 25 người").click()
    tab.get_by_role("heading", name="Máy đang nhập vào danh sách thành viên").wait_for()
    committing.run(batch.pk)
    tab.get_by_text("người vào").wait_for()

    assert height <= 3100
    assert 0 < taps(tab) + OF_A_FILE <= 8
    expect(tab.locator(".imp-coverage")).to_contain_text("25 hộ")


def test_the_whole_way_works_without_scripts(
    open_as: Opener, scene: Scene, hamlet: Hamlet, list_file: Path
) -> None:
    tab = open_as(scene.head, size=PHONE, scripts=False)
    batch = start(tab, list_file)

    member_import.read(batch.pk)
    tab.get_by_role("link", name="Tải lại").click()
    correct_and_answer(tab)
    tab.get_by_role("button", name="Nhập 4 người").click()
    committing.run(batch.pk)
    tab.get_by_role("link", name="Tải lại").click()

    tab.get_by_role("heading", name=re.compile("Đã nhập xong")).wait_for()
    assert Member.objects.filter(full_name__in=[ONE[0], TWO[0], BAD[0]]).count() == 3


def test_columns_are_corrected_and_remembered(
    open_as: Opener, scene: Scene, hamlet: Hamlet, list_file: Path
) -> None:
    tab = open_as(scene.head)
    batch = start(tab, list_file)
    member_import.read(batch.pk)

    tab.get_by_role("link", name="Các cột máy đã hiểu").click()
    tab.get_by_label(re.compile("Cột D")).select_option("ignored")
    tab.get_by_role("button", name="Đúng rồi, xem danh sách").click()
    tab.get_by_role("heading", name="Máy đang đọc tệp").wait_for()
    member_import.read(batch.pk)
    tab.get_by_role("link", name=re.compile("^Không nhận 0")).wait_for()
    MemberImport.objects.all().delete()
    again = start(tab, list_file)
    member_import.read(again.pk)
    tab.get_by_role("link", name="Các cột máy đã hiểu").click()

    expect(tab.get_by_label(re.compile("Cột D"))).to_have_value("ignored")


def test_a_chosen_file_is_named_and_a_large_one_refused_before_it_is_sent(
    open_as: Opener, scene: Scene, hamlet: Hamlet, list_file: Path, monkeypatch: Any
) -> None:
    tab = open_as(scene.head)
    tab.goto(page("upload"))
    tab.set_input_files("input[type=file]", list_file)
    expect(tab.locator("[data-chosen]")).to_have_text(f"Đã chọn: {list_file.name}")

    monkeypatch.setattr(limits, "MAX_BYTES", 1000)
    tab.reload()
    tab.set_input_files("input[type=file]", list_file)
    tab.get_by_role("button", name="Tải lên và đọc").click()

    expect(tab.locator("[data-chosen]")).to_contain_text("lớn hơn 0 MB")
    assert tab.url.endswith(page("upload"))
    assert MemberImport.objects.count() == 0


def pages_of(batch: MemberImport) -> list[str]:
    lanes = ("doubtful", "refused", "changed", "new", "dropped")
    return [
        reverse("admin:groups_memberimport_changelist"),
        page("upload"),
        page("mapping", batch.pk),
        page("groups", batch.pk),
        *(f"{page('review', batch.pk)}?nhom={lane}" for lane in lanes),
        page("commit", batch.pk),
        page("discard", batch.pk),
    ]


def after_commit(batch: MemberImport) -> list[str]:
    return [page("result", batch.pk), page("undo", batch.pk)]


def read_in(hamlet: Hamlet, head: User, list_file: Path) -> MemberImport:
    content = list_file.read_bytes()
    batch = member_import.start(
        content, list_file.name, hamlet=hamlet, by=head, in_background=False
    )
    member_import.read(batch.pk)
    batch.refresh_from_db()
    return batch


def is_step(address: str) -> bool:
    """Whether a page is one of an import, and no list, whose rows have targets of their own."""
    return "/memberimport/" in address[:40] and not address.endswith("/memberimport/")


def test_every_page_can_be_read_and_touched_by_everybody(
    open_as: Opener, scene: Scene, hamlet: Hamlet, list_file: Path
) -> None:
    tab = open_as(scene.head)
    list_file.write_bytes(
        xlsx(Grid([["Họ và tên", "Điện thoại", "Vào nhóm Zalo", "Ghi chú"],
                   ["Võ Văn Mẫu", "0900000099", "x", "đi làm xa"]]))
    )  # fmt: skip
    marked = read_in(hamlet, scene.head, list_file)
    list_file.write_bytes(xlsx(grid_of(ONE, TWO, BAD, KNOWN, MOVED)))
    batch = read_in(hamlet, scene.head, list_file)
    faults: dict[tuple[str, str], Any] = {}

    def look(address: str) -> None:
        tab.goto(address)
        tab.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
        for width in at_both_widths(tab):
            found = (
                grave_findings(tab),
                english_on(tab),
                tab.evaluate(WIDER),
                tab.evaluate(SMALL_TARGETS) if is_step(address) else [],
            )
            if any(found):
                faults[address, width] = found

    for address in (page("groups", marked.pk), page("review", marked.pk), *pages_of(batch)):
        look(address)
    member_import.commit(batch, by=scene.head, in_background=False)
    look(page("show", batch.pk))
    committing.run(batch.pk)
    for address in after_commit(batch):
        look(address)

    assert faults == {}
