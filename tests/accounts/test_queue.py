"""The queue of the home page: each matter once, in one order, with its buttons and chips."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.contrib.staticfiles import finders

from accounts.scoped_admin import work_lists as scoped_admin_work_lists
from accounts.scoped_admin.hours import KNOW, NOW, TODAY, WEEK, due_words, hour_of
from accounts.scoped_admin.queue import SHOWN_IN_ALL, UNFOLDED, cards_of, queue_of
from accounts.scoped_admin.terms import HANDLING, Term
from accounts.scoped_admin.work_lists import (
    Act,
    Level,
    Place,
    WorkItem,
    WorkList,
    by_day,
    work_list,
)

MOMENT = datetime(2026, 12, 1, 10, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def made(title, *items, count=0, app="reports", **more):
    return WorkList(title, list(items), count or len(items), app=app, **more)


def line(title, key="", **more):
    return WorkItem(title, f"/{title}/", more.pop("note", f"note of {title}"), key=key, **more)


def titles(lists):
    return [card.title for card in cards_of(lists, MOMENT)]


def test_matter_of_several_lists_and_an_occasion_is_one_card():
    occasion = line(
        "kind", "reports.tipreport:1", aside="Tin báo khẩn", taker="chưa ai nhận",
        level=Level.NOW, presses=True,
        due_at=MOMENT + HOUR, acts=(Act("Tôi nhận", "/take/", posts=True),),
    )  # fmt: skip
    lists = [
        made("occasions", occasion, app="duty", is_said_last=True, verb="Mở việc"),
        made("mine", line("tip", "reports.tipreport:1"), verb="Xử lý"),
        made("words", line("talk", "reports.tipreport:1", due_at=MOMENT + DAY), verb="Đọc"),
        made("others", line("other", "reports.tipreport:2")),
    ]

    first, second = cards_of(lists, MOMENT)

    assert (first.title, second.title) == ("tip", "other")
    assert first.sentence == "Chưa ai nhận. mine. words. note of tip note of talk Tin báo khẩn."
    assert (first.level, first.due_at, first.presses) == (Level.NOW, MOMENT + HOUR, True)
    assert [(one.words, one.url, one.posts) for one in first.buttons] == [
        ("Xử lý", "/tip/", False), ("Đọc", "/talk/", False),
    ]  # fmt: skip
    assert [one.words for one in second.buttons] == ["Mở"]
    (alone,) = cards_of([lists[0]], MOMENT)
    assert [one.words for one in alone.buttons] == ["Mở việc", "Tôi nhận"]
    assert [one.words for one in cards_of(lists[:2], MOMENT)[0].buttons] == ["Xử lý", "Tôi nhận"]


def only_card(*lists):
    (card,) = [card for hour in queue_of(list(lists), MOMENT).hours for card in hour.cards]
    return card


@pytest.mark.parametrize(
    ("is_taken", "said", "is_late"),
    [(False, "chờ người nhận, quá 5 phút", True), (True, "hạn xử lý 02/12", False)],
)
def test_card_names_what_is_due_and_a_taken_one_waits_for_no_taker(is_taken, said, is_late):
    key, taking = "reports.tipreport:1", Term("", "chờ người nhận, quá 5 phút", True)
    lists = [
        made("new", line("tip", key, due_at=MOMENT - HOUR, term=taking)),
        made("words", line("tip", key, due_at=MOMENT + DAY, term=HANDLING)),
        made("all", line("kind", key, aside="Tin", is_taken=is_taken), is_said_last=True),
    ]

    card = only_card(*lists)

    assert (card.due, card.is_late) == (said, is_late)


def test_term_of_an_occasion_is_not_shown_beside_a_named_one():
    key = "reports.tipreport:1"
    occasion = line("kind", key, aside="Tin", due_at=MOMENT - DAY)
    told = made("all", occasion, is_said_last=True)

    card = only_card(made("new", line("tip", key, due_at=MOMENT + HOUR, term=HANDLING)), told)

    assert (card.due, card.is_late, card.due_at) == ("hạn xử lý 11:00", False, MOMENT - DAY)
    assert only_card(told).due == "quá hạn"


@pytest.mark.parametrize(
    ("taker", "sentence"),
    [
        ("chưa ai nhận", "Phụ trách: An, quá hạn xử lý 2 ngày. mine. since. Tin báo mới."),
        (
            "Bình đang xử lý",
            "Phụ trách: An, quá hạn xử lý 2 ngày. Bình đang xử lý. mine. since. Tin báo mới.",
        ),
    ],
)
def test_who_is_in_charge_is_not_mixed_with_who_took_the_occasion(taker, sentence):
    key, lead = "reports.tipreport:1", "Phụ trách: An, quá hạn xử lý 2 ngày."
    told = [
        line("kind", key, aside=words, taker=taker, is_taken=taker != "chưa ai nhận")
        for words in ("Quá hạn xử lý", "Tin báo mới")
    ]
    lists = [
        made("mine", line("tip", key, lead=lead, is_in_charge=True, note="since.")),
        made("late", line("tip", key, lead=lead, note="since."), says_late=True),
        made("all", *told, is_said_last=True),
    ]

    assert only_card(*lists).sentence == sentence


def test_occasions_of_one_matter_with_several_takers_name_each():
    key = "reports.tipreport:1"
    told = [
        line("kind", key, aside="Tin báo khẩn", taker="chưa ai nhận"),
        line("kind", key, aside="Người báo tin nhắn thêm", taker="An đang xử lý", is_taken=True),
    ]

    card = only_card(made("mine", line("tip", key)), made("all", *told, is_said_last=True))

    assert card.sentence == (
        "mine. note of tip Tin báo khẩn, chưa ai nhận. Người báo tin nhắn thêm, An đang xử lý."
    )


def test_matters_without_a_row_stand_for_themselves():
    assert titles([made("list", line("one"), line("two"))]) == ["one", "two"]


def test_order_is_by_level_then_by_due_time_and_nothing_else():
    lists = [
        made("know", line("seen", due_at=MOMENT), level=Level.SHIFT),
        made("work", line("late", due_at=MOMENT - DAY), line("no term")),
        made("more", line("soon", due_at=MOMENT)),
        made("urgent", line("pressing", presses=True), line("caring", is_urgent=True)),
    ]  # fmt: skip

    assert titles(lists) == ["pressing", "late", "soon", "no term", "caring", "seen"]
    assert titles(list(reversed(lists)))[0] == "pressing"


@pytest.mark.parametrize(
    ("level", "due_at", "hour"),
    [
        (Level.NOW, None, NOW),
        (Level.HOURS, MOMENT + HOUR / 2, NOW),
        (Level.HOURS, MOMENT - DAY, TODAY),
        (Level.HOURS, None, TODAY),
        (Level.HOURS, MOMENT + 5 * HOUR, TODAY),
        (Level.HOURS, MOMENT + 2 * DAY, WEEK),
        (Level.HOURS, MOMENT + 9 * DAY, KNOW),
        (Level.SHIFT, None, KNOW),
    ],
)
def test_hour_follows_from_level_and_term(level, due_at, hour):
    assert hour_of(level, due_at, MOMENT, is_others=False) == hour
    assert hour_of(level, due_at, MOMENT, is_others=True) == KNOW


def test_term_is_said_in_few_words():
    said = [due_words(at, MOMENT) for at in (None, MOMENT - HOUR, MOMENT + HOUR, MOMENT + DAY)]

    assert said == ["", "quá hạn", "hạn 11:00", "hạn 02/12"]
    named = [due_words(at, MOMENT, HANDLING) for at in (MOMENT - HOUR, MOMENT + HOUR)]
    assert named == ["quá hạn xử lý", "hạn xử lý 11:00"]
    assert by_day(MOMENT.date()) == MOMENT.replace(hour=17)


def of_kinds(number):
    tips = [line(f"tip {one}", f"reports.tipreport:{one}") for one in range(number)]
    posts = [line("post", "broadcasts.broadcast:1")]
    return [made("tips", *tips), made("posts", *posts, app="broadcasts")]


def test_few_cards_stand_open_more_unfold_and_the_rest_has_a_page():
    lists = [*of_kinds(UNFOLDED + 5), made("many", line("x"), count=40, url="/all/")]

    (hour, *others) = [one for one in queue_of(lists, MOMENT).hours if one.cards]

    assert others == []
    assert len(hour.open_cards) <= SHOWN_IN_ALL
    assert len(hour.open_cards) + len(hour.folded) == UNFOLDED
    assert hour.number == UNFOLDED + 5 + 1 + 40
    assert hour.left == hour.number - UNFOLDED
    assert hour.address == "?gio=hom-nay"
    whole = next(one for one in queue_of(lists, MOMENT, hour=TODAY).hours if one.key == TODAY)
    assert (len(whole.open_cards), whole.left) == (UNFOLDED + 5 + 1 + 2, 0)
    assert [card.url for card in whole.open_cards if card.stands_for > 1] == ["/all/"]


def test_chips_leave_one_kind_or_hour_and_nonsense_leaves_all():
    lists = of_kinds(2)

    posts = queue_of(lists, MOMENT, kind="Bài đăng")
    week = queue_of(lists, MOMENT, hour=WEEK)

    assert [(one.words, one.number, one.is_chosen) for one in posts.chips] == [
        ("Tất cả", 3, False), ("Phản ánh", 2, False), ("Bài đăng", 1, True),
    ]  # fmt: skip
    assert [card.title for hour in posts.hours for card in hour.cards] == ["post"]
    assert week.is_done
    assert queue_of(lists, MOMENT, kind="x' OR 1=1", hour="<b>").number == 3


def home(login, user, query="", lists=(), **more):
    for one in lists:
        work_list(lambda user, now, one=one: one)
    return login(user).get(f"/admin/{query}")


@pytest.fixture
def _no_lists(monkeypatch, db):
    monkeypatch.setattr(scoped_admin_work_lists, "_providers", [])


@pytest.mark.usefixtures("_no_lists")
def test_page_shows_cards_with_their_buttons(login, chief):
    acts = (Act("Nhận ca", "/begin/", posts=True, fields=(("ve", "x"),)),)
    lists = [
        made("now", line("pressing", presses=True)),
        made("shift", line("own shift", "duty.shift:1", acts=acts, is_urgent=True), app="duty"),
        made("begun", actions=[WorkItem("Soạn bài mới", "/new/")]),
        made("seats", WorkItem("Trực ban: Trần An", "/seats/"), place=Place.LINE),
    ]

    page = home(login, chief, lists=lists).content.decode()

    assert page.index("Ngay bây giờ") < page.index("pressing") < page.index("own shift")
    assert page.count(">Khẩn</span>") == 1
    form = page.split('action="/begin/"')[1].split("</form>")[0]
    assert "csrfmiddlewaretoken" in form
    assert '<input type="hidden" name="ve" value="x">' in form
    assert "Soạn bài mới" in page
    assert "Trực ban: Trần An" in page
    assert "Xong việc" not in page


@pytest.mark.usefixtures("_no_lists")
def test_nothing_left_says_so_and_what_comes_next(login, chief):
    lists = [
        made("know", line("seen"), level=Level.SHIFT),
        made("next", WorkItem("Ca tới của đồng chí: Trực ban", "/", "từ 07:30 ngày mai"),
             place=Place.NEXT),
    ]  # fmt: skip

    page = home(login, chief, lists=lists).content.decode()

    done = page.split("Xong việc")[1].split("</p>")[0]
    assert "Ca tới của đồng chí: Trực ban từ 07:30 ngày mai." in " ".join(done.split())
    assert "Xem tất cả việc" in login(chief).get("/admin/?gio=ngay").content.decode()


@pytest.mark.usefixtures("_no_lists")
def test_reader_gets_the_figures_first_and_is_not_told_of_work(login, party_member):
    lists = [made("Số liệu", WorkItem("Toàn xã", "/figures/"), place=Place.READING)]

    page = home(login, party_member, lists=lists).content.decode()

    assert "Toàn xã" in page
    assert "Xong việc" not in page


@pytest.mark.usefixtures("_no_lists")
def test_fold_says_what_a_press_does_when_it_is_closed_and_when_it_is_open(login, chief):
    page = home(login, chief, lists=of_kinds(UNFOLDED)).content.decode()

    summary = page.split('<details class="q-more"')[1].split("</summary>")[0]
    assert '<span class="q-when-closed">Xem thêm 9 việc</span>' in summary
    assert '<span class="q-when-open">Thu gọn</span>' in summary
    css = Path(finders.find("accounts/queue.css")).read_text("utf-8")
    for hidden in ("[open] > summary .q-when-closed", ":not([open]) > summary .q-when-open"):
        assert re.search(rf"{re.escape(hidden)}[^}}]*display: none", css)
