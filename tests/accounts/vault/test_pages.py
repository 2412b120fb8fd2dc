"""Pages that the vault answers, where it is the same process: counts, limits, lines, alarms."""

import threading

import pytest
from django.urls import reverse

from accounts.models import Alarm
from accounts.users.roles import Role
from accounts.vault import guard, log, pages, relay
from accounts.vault.errors import VaultOnly
from reports import intake
from tests.factories.tips import make_tip

pytestmark = pytest.mark.django_db
PERSON = intake.Person(name="Nguyễn Thị Mẫu")


@pytest.fixture(autouse=True)
def lines(settings, tmp_path):
    settings.ROOT_URLCONF = "tests.vault_views"
    settings.VAULT_LOG = str(tmp_path / "vault.log")

    def read():
        path = tmp_path / "vault.log"
        return [log._read(line) for line in path.read_bytes().splitlines()] if path.exists() else []

    return read


@pytest.fixture
def tips(commune):
    return [make_tip(commune, person=PERSON) for _number in range(4)]


@pytest.fixture
def page(login, chief):
    """`page(name, …)`: the response to the chief."""
    client = login(chief)
    return lambda name, *args, **how: client.get(reverse(f"test_{name}", args=args), **how)


def alarms():
    return list(Alarm.objects.order_by("pk").values_list("kind", flat=True))


def ends(lines):
    return [(line["outcome"], line.get("opened")) for line in lines() if "begun" not in
            line["outcome"]]  # fmt: skip


def test_what_a_page_opens_is_two_lines_with_account_view_and_tips(page, tips, chief, lines):
    shown = page("listed", 3).content.decode()

    assert shown.split("\n") == [PERSON.name] * 3
    begun, ended = lines()
    assert (begun["outcome"], begun["view"], begun["account"]) == ("begun", "test_listed", chief.pk)
    assert (ended["outcome"], ended["of"], ended["opened"]) == ("answered", begun["n"], 3)
    assert ended["tips"] == [tip.pk for tip in tips[:3]]
    assert PERSON.name not in str(lines())


def test_a_page_that_opens_nothing_is_no_line_and_a_form_is_one(page, login, chief, lines):
    page("listed", 0)
    assert lines() == []

    login(chief).post(reverse("test_echo"), {"a": "1"})
    assert ends(lines) == [("answered", 0)]
    assert [line["account"] for line in lines()] == [chief.pk] * 2


def test_context_and_templates_of_a_response_are_there(page, tips):
    response = page("rendered", 2)

    assert response.content.decode() == f"{PERSON.name};" * 2
    assert response.context["first"] == 2


def test_what_streams_is_opened_while_it_is_answered(page, tips, lines):
    response = page("streamed", 2)

    assert response.streaming
    assert ends(lines) == [("answered", 2)]
    assert b"".join(response.streaming_content).decode() == f"{PERSON.name}\n" * 2


def test_pages_of_web_open_nothing(page, tips):
    with pytest.raises(VaultOnly):
        page("own")


@pytest.mark.parametrize("name", ["listed", "rendered", "streamed"])
def test_more_than_fifty_tips_are_refused_on_one_page(name, page, tips, lines, monkeypatch):
    monkeypatch.setitem(pages._pages, f"test_{name}", pages.Page(f"test_{name}", most=3))
    assert page(name, 3).status_code == 200

    refused = page(name, 4)

    assert refused.status_code == 403
    assert "Mỗi lần chỉ mở được 3 phản ánh" in refused.content.decode()
    assert PERSON.name not in refused.content.decode()
    assert ends(lines) == [("answered", 3), ("refused", 3)]


def test_each_page_of_the_portal_opens_fifty_tips_or_what_the_hour_allows():
    assert {page.most for page in pages._pages.values()} == {50, None}


def test_tips_of_an_hour_are_limited_and_people_are_told(page, tips, settings, lines, chief):
    settings.VAULT_TIPS_AN_HOUR = 3
    assert page("whole", 3).status_code == 200
    assert page("whole", 3).status_code == 200  # the same ones

    refused = page("whole", 4)

    assert refused.status_code == 403
    assert "3 phản ánh trong một giờ" in refused.content.decode()
    assert alarms() == ["vault_limit"]
    assert Alarm.objects.get().account == chief
    assert ends(lines)[-1] == ("limit", 3)
    assert page("listed", 3).status_code == 200


def test_a_register_of_more_tips_than_the_hour_allows_opens_none(login, chief, tips, settings):
    settings.VAULT_TIPS_AN_HOUR = 3
    refused = login(chief).get(reverse("admin:reports_tipreport_register"))

    assert refused.status_code == 400
    assert "Khoảng này có 4 phản ánh" in refused.content.decode()
    assert alarms() == []
    assert guard.tips.room(chief.pk, (), most=3) == 3
    settings.VAULT_TIPS_AN_HOUR = 4
    assert login(chief).get(reverse("admin:reports_tipreport_register")).status_code == 200


def test_tips_are_counted_anew_after_an_hour(page, tips, settings, monkeypatch):
    settings.VAULT_TIPS_AN_HOUR = 3
    assert page("whole", 3).status_code == 200
    now = guard.time.monotonic()
    monkeypatch.setattr(guard.time, "monotonic", lambda: now + guard.HOUR_S + 1)

    assert page("listed", 1).status_code == 200
    assert page("whole", 4).status_code == 403


def test_accounts_made_for_it_open_no_more_tips_together(actor, login, tips, settings):
    settings.VAULT_TIPS_TOGETHER_AN_HOUR = 3
    found = []
    for first in (1, 2, 3, 4):
        client = login(actor(Role.OFFICER))
        response = client.get(reverse("test_listed", args=[first]))
        found.append((response.status_code, alarms()))

    assert found == [
        (200, []), (200, ["vault_busy"]), (200, ["vault_busy"]), (403, ["vault_busy"] * 2),
    ]  # fmt: skip


def test_rows_that_are_compared_count_only_where_they_are_shown(page, tips, lines, settings):
    settings.VAULT_TIPS_AN_HOUR = 1
    response = page("matched", 4)

    assert response.content.decode() == f"4 {PERSON.name}"
    assert ends(lines) == [("answered", 1)]
    assert [line.get("tips") for line in lines()] == [None, [tips[0].pk]]


def test_without_an_account_only_a_page_with_a_proof_of_its_own_opens(client, tips, lines):
    refused = client.get(reverse("test_listed", args=[1]))
    shown = client.post(reverse("test_public", args=[1]))

    assert (refused.status_code, shown.status_code) == (403, 200)
    assert PERSON.name not in refused.content.decode()
    assert alarms() == ["vault_forged"]
    begun, ended = lines()[-2:]
    assert (ended["account"], ended["opened"], "tips" in ended) == (None, 1, False)
    assert begun["at"][16:19] == ended["at"][16:19] == ":00"  # who looks is not known to the second


def test_a_page_that_only_forms_send_is_web_s_where_it_is_asked_for(client, tips):
    with pytest.raises(VaultOnly):
        client.get(reverse("test_public", args=[1]))


def test_a_busy_vault_keeps_threads_of_web_for_other_pages(page, settings, tmp_path, monkeypatch):
    settings.VAULT_SOCKET = str(tmp_path / "none.sock")
    monkeypatch.setattr(relay, "WAIT_S", 0.01)
    places = {False: threading.BoundedSemaphore(1), True: threading.BoundedSemaphore(1)}
    monkeypatch.setattr(relay, "_places", places)
    with places[False]:
        busy = page("echo")
    away = page("echo")

    assert (busy.status_code, away.status_code) == (503, 503)
    assert "Kho niêm phong đang bận" in busy.content.decode()
    assert "Kho niêm phong chưa trả lời" in away.content.decode()


def test_two_pages_of_one_name_are_a_fault():
    with pytest.raises(ValueError, match="test_echo"):
        pages.register("test_echo")
