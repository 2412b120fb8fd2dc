"""`/thu-tuc/`: what anyone reads of the library, and what nobody does."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.communes import public_pages
from procedures.models import Procedure, Question
from procedures.public import pages as contents
from procedures.public.links import page_url
from tests.factories.procedures import (
    content_with,
    days_ago,
    make_area,
    make_edition,
    make_procedure,
    make_published,
    make_question,
)
from tests.procedures.public.conftest import HOURS, PHONE, PLACE, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition():
    procedure = make_procedure(name="Đăng ký xe đạp thử", slug="xe-dap-thu", code="9.000777")
    return make_published(procedure, content=content_with(in_person="Chủ xe phải đến."))


def test_list_names_every_procedure_under_its_area(get, home_commune, edition):
    other = make_procedure(name="Việc khác hẳn", area=make_area(name="Lĩnh vực lạ"))
    make_published(other)

    text = text_of(get())

    area = edition.procedure.area
    assert text.index(f"{area}</h2>") < text.index("Đăng ký xe đạp thử")
    assert "Lĩnh vực lạ</h2>" in text
    assert 'href="/thu-tuc/xe-dap-thu/"' in text
    assert 'name="q"' in text


def test_page_says_everything_in_its_order(get, home_commune, edition):
    text = text_of(get("xe-dap-thu/"))

    said = [
        "Bà con mang tờ khai TT01 đến Công an xã.", "Chủ xe phải đến.", "Công an xã nơi cư trú.",
        PLACE, HOURS, PHONE, "Tờ khai TT01", "Người chưa thành niên", "Giấy đồng ý của cha mẹ",
        "3 ngày làm việc", "20.000 đồng nộp trực tiếp, 10.000 đồng nộp trực tuyến", "Mẫu giấy",
        "TT 99/2026/TT-THU", "https://dichvucong.gov.vn", "9.000777",
        "Kiểm tra lại trên dichvucong.gov.vn.",
        f"kiểm chứng ngày {edition.verified_on:%d/%m/%Y}",
        f"rà soát lại ngày {edition.next_review_on:%d/%m/%Y}",
        "Còn thắc mắc?", f"/phan-anh/{home_commune.code}/bao-tin/?viec=thu-tuc",
    ]  # fmt: skip
    main = text[text.index("<main") :]
    at = [main.find(words) for words in said]
    assert -1 not in at, said[at.index(-1)]
    assert at == sorted(at)


def test_national_code_leads_to_the_page(get, home_commune, edition):
    assert get("9.000777/").url == "/thu-tuc/xe-dap-thu/"


@pytest.mark.parametrize("address", ["khong-co/", "9.999999/", "khong-co/in/", "%F0%9F%9A%97/"])
def test_unknown_address_is_answered_in_words(get, home_commune, edition, address):
    answer = get(address)

    assert answer.status_code == 404
    assert "Không có thủ tục này ở đây" in text_of(answer)
    assert 'name="q"' in text_of(answer)


def test_procedure_that_ended_is_gone_from_everywhere(get, home_commune, edition):
    Procedure.objects.filter(pk=edition.procedure_id).update(is_active=False)

    assert "xe đạp thử" not in text_of(get())
    assert get("xe-dap-thu/").status_code == 404
    assert get("xe-dap-thu/in/").status_code == 404


@pytest.mark.parametrize("status", ["draft", "checked"])
def test_nothing_of_a_draft_is_shown(get, home_commune, status):
    procedure = make_procedure(name="Việc đang soạn", slug="dang-soan")
    content = content_with(short_answer="Lời còn nháp.", review_note="Hỏi lại phòng.")
    fields = {"checked_at": timezone.now()} if status == "checked" else {}
    make_edition(procedure, status=status, content=content, **fields)

    pages = [get(), get("dang-soan/"), get("dang-soan/in/")]

    assert [answer.status_code for answer in pages] == [200, 200, 404]
    text = " ".join(map(text_of, pages))
    assert "Việc đang soạn" in text
    assert "Đang rà soát, chưa có nội dung" in text
    for hidden in ("Lời còn nháp", "Hỏi lại phòng", "TT01", "20.000", "TT 99/2026"):
        assert hidden not in text


def test_a_new_draft_and_former_editions_leave_the_page_as_it_is(get, home_commune, edition):
    former = content_with(short_answer="Lời của bản cũ.")
    make_edition(
        edition.procedure, status="superseded", content=former, superseded_at=timezone.now()
    )
    make_edition(edition.procedure, content=content_with(short_answer="Lời còn nháp."))

    text = text_of(get("xe-dap-thu/")) + text_of(get())

    assert "Bà con mang tờ khai TT01" in text
    assert "Lời của bản cũ" not in text
    assert "Lời còn nháp" not in text


def test_what_only_officers_see_stays_with_them(get, home_commune, chief):
    procedure = make_procedure(slug="co-ghi-chu")
    make_published(
        procedure, content=content_with(review_note="Ghi chú kín."), verified_by=chief,
        checked_by=chief, verified_with="Nguồn nội bộ",
    )  # fmt: skip

    text = text_of(get("co-ghi-chu/")) + text_of(get("co-ghi-chu/in/"))

    for hidden in ("Ghi chú kín", str(chief), chief.username, "Nguồn nội bộ"):
        assert hidden not in text


def test_edition_that_is_not_in_force_is_not_shown(get, home_commune):
    procedure = make_procedure(slug="chua-toi-ngay")
    make_published(procedure, valid_from=timezone.localdate() + timedelta(days=3))

    text = text_of(get("chua-toi-ngay/"))

    assert "Bà con mang tờ khai" not in text
    assert "chưa có nội dung chắc chắn" in text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"verified_on": days_ago(200)}, "chưa được rà soát lại trong 180 ngày qua"),
        (
            {"reopened_at": timezone.now(), "reopened_because": "NĐ 320/2026 vừa thay đổi"},
            "đang được rà soát lại: NĐ 320/2026 vừa thay đổi.",
        ),
    ],
    ids=["stale", "reopened"],
)
def test_edition_in_doubt_says_so_in_words(get, home_commune, fields, words):
    make_published(make_procedure(slug="nghi-ngo"), **fields)

    page, paper = get("nghi-ngo/"), get("nghi-ngo/in/")

    assert words in text_of(page)
    assert "rà soát lại" in text_of(get())
    assert "20.000 đồng" not in text_of(page)
    assert "Xem trên dichvucong.gov.vn hoặc hỏi Công an xã" in text_of(page)
    assert "/thu-tuc/nghi-ngo/in/" not in text_of(page)
    assert "chưa in được tờ này" in text_of(paper)
    assert "data:image" not in text_of(paper)


@pytest.mark.parametrize(
    "fee",
    [
        {"direct": 70000, "is_verified": False},
        {"direct": 70000, "is_verified": True, "valid_to": days_ago(1).isoformat()},
    ],
    ids=["unverified", "over"],
)
def test_fee_that_may_not_be_told_is_told_nowhere(get, home_commune, fee):
    make_published(make_procedure(slug="co-phi"), content=content_with(fees=[fee]))

    for address in ("co-phi/", "co-phi/in/"):
        text = text_of(get(address))
        assert "70.000" not in text
        assert "Xem trên dichvucong.gov.vn hoặc hỏi Công an xã" in text


def test_hours_of_a_commune_are_not_those_of_the_province(get, home_commune):
    make_published(make_procedure(slug="viec-tinh", level="province"))

    text = text_of(get("viec-tinh/"))

    assert HOURS not in text[: text.index("Còn thắc mắc?")]
    assert PHONE in text[text.index("Còn thắc mắc?") :]


def test_everything_typed_is_escaped(get, home_commune):
    bad = "<script>alert(1)</script>"
    procedure = make_procedure(slug="xau", name=bad)
    make_published(procedure, content=content_with(short_answer=bad, where=bad, online=bad))

    text = text_of(get()) + text_of(get("xau/")) + text_of(get("xau/in/")) + text_of(get(q=bad))

    assert "<script>" not in text
    assert "&lt;script&gt;" in text


def test_most_asked_is_what_questions_say_then_what_is_usual(get, home_commune, library):
    odd = make_published(make_procedure(name="Việc ai cũng hỏi"))
    once = make_published(make_procedure(name="Việc một người hỏi"))
    for _number in range(contents.OFTEN):
        make_question(home_commune, outcome=Question.Outcome.ANSWERED, edition=odd)
    make_question(home_commune, outcome=Question.Outcome.ANSWERED, edition=once)

    text = text_of(get())
    often = text[text.index("Bà con hay hỏi") : text.index('aria-label="Lĩnh vực"')]

    assert often.index("Việc ai cũng hỏi") < often.index("Đăng ký tạm trú")
    assert often.count('class="by-line"') == contents.SHOWN_MOST
    assert "Việc một người hỏi" not in often


def test_link_shows_itself_in_a_group(get, home_commune, edition, settings):
    settings.PORTAL_URL = "https://cong.example.vn"

    text = text_of(get("xe-dap-thu/"))

    for tag in (
        '<meta property="og:title" content="Đăng ký xe đạp thử">',
        '<meta property="og:description" content="Bà con mang tờ khai TT01 đến Công an xã.">',
        '<meta property="og:url" content="https://cong.example.vn/thu-tuc/xe-dap-thu/">',
        'content="https://cong.example.vn/static/procedures/share.png"',
        f'<meta property="og:site_name" content="Công an xã {home_commune.name}">',
    ):
        assert tag in text
    assert page_url(edition.procedure) == "https://cong.example.vn/thu-tuc/xe-dap-thu/"


def test_without_an_address_of_its_own_the_portal_links_by_path(edition, settings, home_commune):
    settings.PORTAL_URL = ""

    assert page_url(edition.procedure) == "/thu-tuc/xe-dap-thu/"


def test_of_several_communes_the_chosen_one_gives_hours(get, home_commune, other_commune, edition):
    unchosen, chosen = get("xe-dap-thu/"), get("xe-dap-thu/", xa=home_commune.code)

    assert HOURS not in text_of(unchosen)
    assert "Chọn xã, phường của bà con" in text_of(unchosen)
    assert HOURS in text_of(chosen)
    assert f"/thu-tuc/?xa={home_commune.code}#" in text_of(chosen)
    assert page_url(edition.procedure, home_commune).endswith(
        f"/thu-tuc/xe-dap-thu/?xa={home_commune.code}"
    )
    assert HOURS not in text_of(get("xe-dap-thu/", xa="00000"))


def test_commune_is_chosen_from_a_list(get, home_commune, other_commune):
    everything, found = text_of(get("chon-xa/")), text_of(get("chon-xa/", tim=other_commune.name))

    assert f"/thu-tuc/?xa={home_commune.code}" in everything
    assert f"/thu-tuc/?xa={home_commune.code}" not in found[found.index("<main") :]
    assert f"/thu-tuc/?xa={other_commune.code}" in found


def test_only_commune_needs_no_choice(get, home_commune):
    assert get("chon-xa/").url == "/thu-tuc/"


def test_portal_without_any_commune_still_answers(get, edition):
    assert get().status_code == 200
    assert "Bà con mang tờ khai TT01" in text_of(get("xe-dap-thu/"))


@pytest.mark.parametrize(
    "address", ["", "xe-dap-thu/", "xe-dap-thu/in/", "khong-co/", "da-ghi/", "?q=xe"]
)
def test_pages_set_no_cookie_and_keep_the_strict_policy(home_commune, edition, address):
    answer = Client().get(f"/thu-tuc/{address}")
    text = answer.content.decode()

    assert not answer.cookies
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert "style=" not in text
    assert '<html lang="vi"' in text
    assert "<script>" not in text


@pytest.mark.parametrize("address", ["", "xe-dap-thu/", "xe-dap-thu/in/"])
def test_unchanged_page_is_told_in_one_line(home_commune, edition, address):
    first = Client().get(f"/thu-tuc/{address}")
    again = Client().get(f"/thu-tuc/{address}", headers={"If-None-Match": first["ETag"]})

    assert first["Cache-Control"] == f"public, max-age={public_pages.KEEP_S}"
    assert (again.status_code, again.content) == (304, b"")


def test_pages_only_read(home_commune, edition):
    for address in ("", "xe-dap-thu/", "xe-dap-thu/in/", "chon-xa/", "da-ghi/"):
        assert Client().post(f"/thu-tuc/{address}").status_code == 405


def test_more_procedures_are_not_more_queries(get, home_commune, edition):
    def count(address: str) -> int:
        with CaptureQueriesContext(connection) as made:
            get(address)
        return len(made)

    before = count(""), count("xe-dap-thu/")
    for _number in range(3):
        make_published(make_procedure(area=edition.procedure.area))

    assert (count(""), count("xe-dap-thu/")) == before
    assert before[0] <= 6
    assert before[1] <= 9


def test_readers_of_the_same_minute_ask_the_database_once(
    get, home_commune, edition, monkeypatch, django_assert_max_num_queries
):
    kept: dict[str, object] = {}

    def keep(key, make):
        if key not in kept:
            kept[key] = make()
        return kept[key]

    monkeypatch.setattr(public_pages, "cached", keep)
    get()
    get("xe-dap-thu/")

    get("xe-dap-thu/in/")

    with django_assert_max_num_queries(0):
        get()
        get("xe-dap-thu/")
        get("xe-dap-thu/in/")


def test_pages_of_two_days_are_kept_apart(get, home_commune, edition, monkeypatch):
    keys: list[str] = []
    monkeypatch.setattr(public_pages, "cached", lambda key, make: keys.append(key) or make())
    get("xe-dap-thu/")

    assert any(f"{timezone.localdate():%Y%m%d}" in key for key in keys)


def test_handout_has_the_code_and_the_days(get, home_commune, edition, settings):
    settings.PORTAL_URL = "https://cong.example.vn"

    small, large = get("xe-dap-thu/in/"), get("xe-dap-thu/in/", chu="lon")

    for text in map(text_of, (small, large)):
        assert "data:image/svg+xml" in text
        for words in (PHONE, HOURS, "Tờ khai TT01", "20.000 đồng", "3 ngày làm việc",
                      f"kiểm chứng ngày {edition.verified_on:%d/%m/%Y}",
                      f"rà soát lại ngày {edition.next_review_on:%d/%m/%Y}",
                      "Kiểm tra lại trên dichvucong.gov.vn."):  # fmt: skip
            assert words in text
    assert "paper-large" not in text_of(small)
    assert "paper-large" in text_of(large)


def test_officers_page_leads_to_what_residents_read(login, chief, home_commune, edition):
    doubtful = make_published(reopened_at=timezone.now(), reopened_because="Luật đổi")
    draft = make_edition()

    shown, in_doubt, unseen = (
        login(chief).get(reverse("admin:procedures_edition_show", args=[row.pk])).content.decode()
        for row in (edition, doubtful, draft)
    )

    assert f"/thu-tuc/xe-dap-thu/?xa={home_commune.code}" in shown
    assert "/thu-tuc/xe-dap-thu/in/" in shown
    assert f"/thu-tuc/{doubtful.procedure.slug}/?xa=" in in_doubt
    assert f"/thu-tuc/{doubtful.procedure.slug}/in/" not in in_doubt
    assert f"/thu-tuc/{draft.procedure.slug}/" not in unseen
