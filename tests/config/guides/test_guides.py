"""The guides in the product: each page has its paragraph, each link and picture leads somewhere."""

import re
from urllib.parse import unquote

import pytest
from django.contrib.staticfiles import finders
from django.urls import get_resolver, reverse

from accounts.users.roles import Role
from config.guides import declared, reading
from config.guides.reading import anchor_of, guides
from config.navigation.declared import SECTIONS
from tests.factories.accounts import make_user
from tests.factories.broadcasts import make_broadcast

# Pages without a matter of their own: signing in and out, what scripts fetch, pages about help.
WITHOUT = re.compile(
    r"(login|logout|jsi18n|autocomplete|view_on_site|search|sections?|guides?|app_list|catchall"
    r"|password_.*|.*passkey.*|.*second.*|recovery_codes|sign_out.*|lost_phone|live.*|proof.*"
    r"|alarms.*|auth_.*|toggle_sidebar|None)"
)


def admin_views():
    patterns = get_resolver().namespace_dict["admin"][1].url_patterns
    found, waiting = set(), list(patterns)
    while waiting:
        one = waiting.pop()
        waiting += getattr(one, "url_patterns", [])
        if getattr(one, "name", None):
            found.add(one.name)
    return found


def test_every_page_has_a_paragraph():
    without = [view for view in admin_views() if not declared.place_of(view)]

    assert [view for view in sorted(without) if not WITHOUT.fullmatch(view)] == []


@pytest.mark.parametrize("place", sorted({*declared.OF_PAGES.values(),
                                          *declared.OF_SECTIONS.values(),
                                          *(place for _right, place in declared.OF_RIGHTS.values())
                                          }))  # fmt: skip
def test_every_paragraph_named_is_there(place):
    key, mark, anchor = place.partition("#")

    assert key in guides()
    assert not mark or anchor in guides()[key].anchors()


def test_every_section_has_one():
    assert set(declared.OF_SECTIONS) == {section.key for section in SECTIONS}


def test_each_role_has_guides_to_begin_with():
    assert set(declared.OF_ROLES) == set(Role)
    assert {key for keys in declared.OF_ROLES.values() for key in keys} <= set(guides())


@pytest.mark.parametrize("key", sorted(guides()))
def test_links_and_pictures_of_a_guide_lead_somewhere(key):
    html = guides()[key].html

    for source in re.findall(r'<img src="/static/([^"]+)"', html):
        assert finders.find(source), source
    for target in re.findall(r'href="([^"]+)"', html):
        place, _mark, anchor = unquote(target).partition("#")
        named = place.removeprefix("/admin/huong-dan/").rstrip("/") if place else key
        if target.startswith(("/admin/huong-dan/", "#")):
            assert not anchor or anchor in guides()[named].anchors() | {
                anchor_of(heading.title) for heading in guides()[named].headings
            }, target
        else:
            assert target.startswith(("https://", "http://127.0.0.1")), target


@pytest.mark.django_db
def test_pages_link_to_their_paragraph_and_own_guides_come_first(commune, login):
    browser = login(make_user(commune, Role.OFFICER))

    listed = browser.get(reverse("admin:guides")).content.decode()
    first = listed.partition('id="phan-1"')[2].partition('href="/admin/huong-dan/')[2]
    assert first.startswith("can-bo-phu-trach/")
    page = browser.get(reverse("admin:groups_memberimport_changelist")).content.decode()
    assert 'href="/admin/huong-dan/nhap-danh-sach/#ba-màn-hình"' in page
    guide = browser.get(reverse("admin:guide", args=["nhap-danh-sach"])).content.decode()
    assert 'id="ba-màn-hình"' in guide
    assert browser.get(reverse("admin:guide", args=["khong-co"])).status_code == 404


def help_on(page):
    return page.content.decode().partition('class="section-help" href="')[2].partition('"')[0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "paragraph"),
    [
        (Role.CHIEF, "/admin/huong-dan/chi-huy/#duyệt-một-bài-hai-lần-bấm"),
        (Role.OFFICER, "/admin/huong-dan/can-bo-phu-trach/#soạn-bài"),
    ],
)
def test_help_about_posts_is_that_of_the_own_work(commune, login, role, paragraph):
    browser = login(make_user(commune, role))
    post = make_broadcast(commune, status="pending_approval")

    assert help_on(browser.get(reverse("admin:section", args=["bai-dang"]))) == paragraph
    waiting = browser.get(reverse("admin:broadcasts_broadcast_changelist"), {"viec": "duyet"})
    assert help_on(waiting) == paragraph
    chiefs = browser.get(reverse("admin:broadcasts_broadcast_review", args=[post.pk]))
    assert help_on(chiefs) == paragraph
    written = help_on(browser.get(reverse("admin:broadcasts_broadcast_add")))
    assert written == "/admin/huong-dan/can-bo-phu-trach/#soạn-bài"


def test_help_on_the_end_of_an_import_says_how_it_is_undone():
    undo = "nhap-danh-sach#nhập-nhầm-thì-hoàn-tác"

    assert declared.place_of("groups_memberimport_result") == undo
    assert declared.place_of("groups_memberimport_undo") == undo
    assert declared.place_of("groups_memberimport_commit") == "nhap-danh-sach#ba-màn-hình"


@pytest.mark.django_db
def test_the_search_finds_paragraphs(commune, login):
    answer = login(make_user(commune, Role.HAMLET_HEAD)).get(
        reverse("admin:search"), {"s": "nhap nham thi hoan tac"}
    )

    assert answer.context["results"][0].title == "Nhập nhầm thì hoàn tác"


def test_words_of_a_guide_are_no_markup(tmp_path, monkeypatch):
    (tmp_path / "thu.md").write_text("# Thử\n\n<script>alert(1)</script> [x](javascript:alert(1))")
    monkeypatch.setattr(reading, "GUIDES_DIR", tmp_path)
    guides.cache_clear()
    try:
        html = guides()["thu"].html
    finally:
        guides.cache_clear()

    assert "<script" not in html
    assert 'href="javascript' not in html
