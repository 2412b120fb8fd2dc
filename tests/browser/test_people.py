"""The pages about people and their data, as an officer meets them on a phone and at a desk."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from groups.models import ConsentRecord, DataRequest, Hamlet, Member, MemberMerge
from tests.browser.axe import grave_findings
from tests.browser.conftest import Opener, Scene
from tests.browser.tabs import PHONE, UNFOLD, at_both_widths
from tests.browser.test_language import english_on
from tests.browser.test_pages import SMALL_TARGETS, WIDER
from tests.factories.groups import make_member
from tests.factories.people import make_consent, make_data_request, make_merge, make_notice

pytestmark = pytest.mark.timeout(400)


def url(model: str, page: str, *args: object) -> str:
    return reverse(f"admin:groups_{model}_{page}", args=args)


@dataclass
class People:
    """Two rows of one person, a merge, a request of each kind of page."""

    first: Member
    second: Member
    merge: MemberMerge
    request: DataRequest
    pages: list[str]


@pytest.fixture
def people(scene: Scene) -> People:
    hamlet = Hamlet.objects.get(name="1")
    notice = make_notice(hamlet.commune, version="Thông báo 01")
    first = make_member(hamlet, full_name="Nguyễn Thị Hòa", birth_year=1957, address="Số 1")
    second = make_member(
        hamlet, full_name="Nguyễn Thị Hoà", birth_year=1957, phone=first.phone, address="Số 2"
    )
    make_consent(first, notice, evidence="Hồ sơ 3, tủ 1")
    merge = make_merge(make_member(hamlet), make_member(hamlet))
    request = make_data_request(hamlet.commune, hamlet=hamlet, member=first)
    steps = ("give_consent", "withdraw_consent", "leave", "erase", "holdings")
    pages = [
        url("member", "changelist"),
        url("member", "change", first.pk),
        *(url("member", step, first.pk) for step in steps),
        url("member", "duplicates"),
        f"{url('member', 'compare')}?a={first.pk}&b={second.pk}",
        url("membermerge", "split", merge.pk),
        url("datarequest", "changelist"),
        url("datarequest", "change", request.pk),
        url("datarequest", "refuse", request.pk),
        url("consentnotice", "printable", notice.pk),
    ]
    return People(first, second, merge, request, pages)


def test_pages_can_be_read_and_fit_and_their_buttons_a_thumb(
    open_as: Opener, scene: Scene, people: People
) -> None:
    page = open_as(scene.officer)
    faults: dict[tuple[str, str], object] = {}

    for address in people.pages:
        page.goto(address)
        for width in at_both_widths(page):
            found = [*grave_findings(page), *english_on(page)]
            if page.evaluate(WIDER):
                found.append("scrolls sideways")
            if width == "phone" and address in people.pages[7:10]:
                found += page.evaluate(SMALL_TARGETS)
            if found:
                faults[address, width] = found

    assert faults == {}


def _press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_an_officer_notes_an_agreement_on_a_phone(
    open_as: Opener, scene: Scene, people: People
) -> None:
    page = open_as(scene.officer, size=PHONE)
    page.goto(url("member", "change", people.second.pk))

    page.get_by_role("link", name="Ghi đồng ý").click()
    page.get_by_label("Phiếu đồng ý").check()
    page.get_by_label("Ngày đồng ý ghi trên giấy").fill(f"{timezone.localdate():%Y-%m-%d}")
    _press(page, "Ghi sự đồng ý")

    page.get_by_text("Đã ghi sự đồng ý của 1 người.").wait_for()
    record = ConsentRecord.objects.get(member=people.second)
    assert (record.basis, record.recorded_by) == ("form", scene.officer)


def test_two_rows_are_joined_and_taken_apart_by_hand(
    open_as: Opener, scene: Scene, people: People
) -> None:
    page = open_as(scene.officer, size=PHONE)
    page.goto(url("member", "changelist"))

    page.get_by_role("link", name="Người có thể trùng").click()
    page.get_by_role("link", name="So sánh, gộp").click()
    kept = Member.objects.get(pk=page.locator("input[name=a]").input_value())
    other = people.second if kept == people.first else people.first
    page.locator("input[name=address][value=b]").check()
    _press(page, "Là một người: gộp lại")
    page.get_by_text("Đã gộp.").wait_for()
    kept.refresh_from_db()
    assert kept.address == other.address

    page.goto(url("membermerge", "change", kept.merges.get().pk))
    page.get_by_role("link", name="Tách lại").click()
    _press(page, "Tách lại")
    page.get_by_text("Đã tách lại như trước khi gộp.").wait_for()
    rows = Member.objects.filter(pk__in=[people.first.pk, people.second.pk])
    assert list(rows.order_by("pk").values_list("status", "address")) == [
        ("active", "Số 1"),
        ("active", "Số 2"),
    ]


def test_a_request_is_answered_step_by_step(open_as: Opener, scene: Scene, people: People) -> None:
    page = open_as(scene.officer, size=PHONE)
    page.goto(reverse("admin:index"))
    page.evaluate(UNFOLD)

    page.locator(".q-title a", has_text=people.request.person_name).click()
    page.get_by_role("link", name="Đã báo là đã nhận").click()
    _press(page, "Đã báo là đã nhận")
    page.get_by_role("link", name="Làm xong").click()
    page.locator("textarea[name=result]").fill("Đã trao bản in tại trụ sở.")
    page.locator("button[type=submit].by-primary").click()

    page.get_by_text("Đã ghi.").wait_for()
    people.request.refresh_from_db()
    assert (people.request.status, people.request.handled_by) == ("done", scene.officer)


@pytest.mark.parametrize("shape", ["Tệp Excel", "Trang in"])
def test_the_chief_takes_a_list_after_saying_why(
    open_as: Opener, scene: Scene, people: People, shape: str
) -> None:
    page = open_as(scene.chief)
    page.goto(url("member", "changelist"))

    page.locator("tbody input[type=checkbox]").first.check()
    page.locator(".list-bulk").get_by_role("button", name="Lấy danh sách đã chọn").click()
    page.get_by_label("Lý do lấy danh sách").fill("Đối chiếu với trưởng ấp")
    page.get_by_label(shape).check()

    answers: dict[str, Callable[[], str]] = {
        "Tệp Excel": lambda: _downloaded(page),
        "Trang in": lambda: _printed(page),
    }
    assert answers[shape]()


def _downloaded(page: Page) -> str:
    with page.expect_download() as download:
        _press(page, "Lấy danh sách")
    return download.value.suggested_filename


def _printed(page: Page) -> str:
    _press(page, "Lấy danh sách")
    return page.get_by_text("KHÔNG SAO CHÉP").inner_text()
