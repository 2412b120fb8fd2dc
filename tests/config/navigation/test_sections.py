"""The sections of each role, the page of each, and where other pages stand."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.urls import get_resolver, reverse

from accounts.users.roles import Role
from config.navigation.declared import HOME, SECTIONS
from config.navigation.sections import ON_PHONE, address, key_of, open_to
from tests.factories.accounts import make_user

MOST = 8
# Lists reached from the row that they belong to.
INSIDE = {
    "broadcasts_broadcastevent", "groups_membership", "groups_hamletassignment",
    "groups_meetingcluster", "groups_regulationacknowledgement", "groups_membermerge",
    "groups_consentrecord",
}  # fmt: skip


def of(commune, role):
    return make_user(None if role is Role.CITY else commune, role)


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
def test_a_role_has_at_most_eight_sections_and_each_opens(commune, login, role):
    user = of(commune, role)
    browser, sections = login(user), open_to(user)

    assert len(sections) <= MOST
    assert sections[0] is HOME
    for section in sections[1:]:
        page = browser.get(address(section))
        assert page.status_code == 200, section.key
        for part in section.parts:
            for entry in part.entries:
                assert f'href="{entry.address()}"' in page.content.decode()
                assert browser.get(entry.address()).status_code in {200, 302}, entry.view


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.HAMLET_HEAD, Role.PARTY_MEMBER, Role.TECH_ADMIN])
def test_a_section_that_an_account_does_not_have_is_not_found(commune, login, role):
    user = make_user(commune, role)
    closed = {section.key for section in SECTIONS} - {section.key for section in open_to(user)}

    assert closed
    for key in (*closed, HOME.key, "khong-co"):
        assert login(user).get(reverse("admin:section", args=[key])).status_code == 404


@pytest.mark.django_db
def test_the_sidebar_leads_to_sections_alone_and_marks_the_one_of_the_page(chief, login):
    text = login(chief).get(reverse("admin:groups_member_changelist")).content.decode()
    sidebar = text[text.index('id="nav-sidebar-apps"') : text.index("</ol>")]

    links = [part.partition('"')[0] for part in sidebar.split('href="')[1:]]
    assert links == [address(section) for section in open_to(chief)]
    marked = sidebar.split("active")[0].rpartition('href="')[2].partition('"')[0]
    assert marked == reverse("admin:section", args=["nhom-ba-con"])


@pytest.mark.django_db
def test_the_bar_of_a_phone_has_four_sections_and_the_way_to_all(chief, login):
    browser = login(chief)
    bar = browser.get(reverse("admin:reports_tipreport_record")).content.decode()
    bar = bar[bar.index('class="section-bar"') :].partition("</nav>")[0]

    assert bar.count("<a ") == ON_PHONE + 1
    assert bar.partition('aria-current="true"')[0].endswith('muc/phan-anh/" ')
    listed = browser.get(reverse("admin:sections")).content.decode()
    assert all(f'href="{address(section)}"' in listed for section in open_to(chief))


def test_every_list_stands_behind_a_section_or_inside_a_row():
    lost = {
        f"{model._meta.app_label}_{model._meta.model_name}"
        for model, _admin in admin.site._registry.items()
        if not key_of(f"{model._meta.app_label}_{model._meta.model_name}_changelist")
    }

    assert lost - INSIDE == set()


@pytest.mark.parametrize(
    ("view", "key"),
    [
        ("index", "hom-nay"),
        ("groups_handover_show", "nhom-ba-con"),
        ("groups_member_change", "nhom-ba-con"),
        ("broadcasts_delivery_hand_task", "bai-dang"),
        ("reports_tipreport_show", "phan-anh"),
        ("oversight_party", "so-lieu"),
        ("accounts_user_add", "thiet-lap"),
        ("own_account", ""),
    ],
)
def test_a_page_stands_behind_the_section_of_its_list(view, key):
    assert key_of(view) == key


def test_every_view_behind_a_section_has_an_address():
    views = [entry.view for section in SECTIONS for part in section.parts for entry in part.entries]

    assert len(views) == len(set(views))
    known = get_resolver().namespace_dict["admin"][1].reverse_dict
    assert [view for view in views if view not in known] == []


@pytest.mark.django_db
def test_the_page_of_an_app_is_the_one_of_its_section(chief, login):
    for config in apps.get_app_configs():
        if any(model in admin.site._registry for model in config.get_models()):
            answer = login(chief).get(reverse("admin:app_list", args=[config.label]))
            assert answer.status_code == 302
            assert answer["Location"].startswith("/admin/muc/"), config.label
            assert answer["Location"] != reverse("admin:sections"), config.label
