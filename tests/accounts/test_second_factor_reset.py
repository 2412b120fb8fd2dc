"""No account starts another's second step anew that can also issue the password."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone

from accounts import services
from accounts.models import AuditEvent, SecondFactor, User
from accounts.sign_in import second_factor
from accounts.users.roles import POLICE, Role
from tests.accounts.test_second_factor import (
    ENROL,
    MEMBERS,
    STEP,
    actions,
    key_on,
    sign_in,
    where,
)
from tests.factories.accounts import (
    PASSWORD,
    code_now,
    make_second_factor,
    make_user,
    tomorrow,
)

pytestmark = pytest.mark.usefixtures("step_begins")
REASON = "Đổi điện thoại, đã gặp mặt"


@pytest.fixture(autouse=True)
def required(settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = True


@pytest.fixture
def officer(commune) -> User:
    return make_user(commune, Role.OFFICER, username="can.bo", password=PASSWORD)


@pytest.fixture
def head(commune) -> User:
    return make_user(commune, Role.HAMLET_HEAD, username="truong.ap", password=PASSWORD)


@pytest.fixture
def ready_chief(chief):
    """A chief who has set up, so that police accounts of the commune need another's word."""
    make_second_factor(chief, seed="", confirmed_at=None, permitted_until=tomorrow())
    second_factor.enrol(chief, SEED_OF_CHIEF, code_now(SEED_OF_CHIEF))
    return chief


SEED_OF_CHIEF = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


def enrolled(client) -> bool:
    page = client.get(ENROL).content.decode()
    if "plain-key" not in page:
        return False
    return client.post(ENROL, {"code": code_now(key_on(page))}).status_code == 200


def as_verified(login, user: User):
    """A session of an account that has passed both steps."""
    client = login(user)
    session = client.session
    session["sign_in"] |= {"second_step_at": timezone.now().timestamp()}
    session.save()
    return client


# Another's second step


@pytest.mark.parametrize("role", sorted(POLICE))
def test_technical_administrator_cannot_open_a_police_account(commune, tech_admin, role, login):
    """Password and second step together would be the account; he gets one of them."""
    victim = make_user(commune, role, username="can.bo", password=PASSWORD)
    make_second_factor(victim)
    password = services.issue_temporary_password(victim, by=tech_admin)

    with pytest.raises(services.NotAllowed, match="chỉ một chỉ huy khác"):
        second_factor.reset(victim, by=tech_admin, reason=REASON)
    second_factor.report_lost(victim, by=tech_admin)
    client = sign_in(password=password)
    new = "Mật-khẩu-khác-91"
    change = {"old_password": password, "new_password1": new, "new_password2": new}
    client.post("/admin/password_change/", change)

    assert where(client) == STEP
    assert client.post(STEP, {"code": code_now()}).status_code == 200
    assert enrolled(client) is False
    assert where(client) == STEP


def test_technical_administrator_cannot_make_a_police_account_of_his_own(
    login, tech_admin, ready_chief
):
    admin_client = as_verified(login, tech_admin)
    puppet = {"username": "gia", "last_name": "Giả", "first_name": "Danh", "email": ""}
    chiefs = Group.objects.get(name=str(Role.CHIEF.label)).pk
    admin_client.post(reverse("admin:accounts_user_add"), puppet | {"groups": [chiefs]})
    made = User.objects.get(username="gia")
    made.set_password(PASSWORD)
    made.save()

    client = sign_in("gia")

    assert where(client) == STEP
    assert enrolled(client) is False
    assert "chỉ huy khác cho phép" in client.get(ENROL).content.decode()


def test_raising_an_enrolled_account_into_the_police_shuts_it(login, tech_admin, ready_chief, head):
    make_second_factor(head)
    open_session = as_verified(login, head)
    officers = Group.objects.get(name=str(Role.OFFICER.label)).pk
    as_verified(login, tech_admin).post(
        reverse("admin:accounts_user_change", args=[head.pk]),
        {"username": "truong.ap", "last_name": "Điểu", "first_name": "Sanh", "groups": [officers]},
    )

    assert list(head.groups.values_list("pk", flat=True)) == [officers]
    assert where(open_session) == "/admin/login/"
    client = sign_in("truong.ap")
    assert where(client) == STEP
    assert enrolled(client) is False
    assert "account.second_factor_cleared" in actions()


def test_police_role_taken_and_given_back_does_not_open_either(
    login, tech_admin, ready_chief, officer
):
    make_second_factor(officer)
    officers = Group.objects.get(name=str(Role.OFFICER.label))
    for groups in ([], [officers.pk]):
        as_verified(login, tech_admin).post(
            reverse("admin:accounts_user_change", args=[officer.pk]),
            {"username": "can.bo", "last_name": "Lê", "first_name": "An", "groups": groups},
        )

    assert enrolled(sign_in()) is False


def test_chief_lets_an_officer_in_again(officer, ready_chief):
    make_second_factor(officer)
    second_factor.reset(officer, by=ready_chief, reason=REASON)

    client = sign_in()
    page = client.get(ENROL).content.decode()

    assert f"{ready_chief} đã đặt lại bước hai" in page
    assert REASON in page
    assert enrolled(client) is True
    assert where(client) == 200
    event = AuditEvent.objects.get(action="account.second_factor_reset")
    assert (event.actor, event.target_label, event.reason) == (ready_chief, str(officer), REASON)


def test_permit_lasts_seven_days(officer, ready_chief):
    factor = second_factor.reset(officer, by=ready_chief, reason=REASON)
    factor.permitted_until = timezone.now()
    factor.save()

    assert enrolled(sign_in()) is False


def test_reset_ends_sessions_and_voids_app_and_codes(officer, ready_chief, login):
    make_second_factor(officer)
    code = second_factor.renew_recovery_codes(officer)[0]
    client = as_verified(login, officer)
    second_factor.reset(officer, by=ready_chief, reason=REASON)

    assert where(client) == "/admin/login/"
    for text in (code_now(), code):
        with pytest.raises(second_factor.WrongCode):
            second_factor.verify(officer, text)


def test_first_chief_of_a_commune_sets_up_alone(chief, officer):
    """Nobody could vouch yet; from then on somebody must."""
    assert enrolled(sign_in()) is True
    make_second_factor(chief, seed="", confirmed_at=None, permitted_until=tomorrow())
    second_factor.enrol(chief, SEED_OF_CHIEF, code_now(SEED_OF_CHIEF))
    make_user(chief.commune, Role.OFFICER, username="moi", password=PASSWORD)

    assert enrolled(sign_in("moi")) is False


def test_locking_or_demoting_the_chief_does_not_open_the_way(ready_chief, officer, tech_admin):
    services.lock(ready_chief, by=tech_admin)
    ready_chief.groups.clear()

    assert enrolled(sign_in()) is False


def test_superuser_permits_by_giving_the_role(login, superuser, ready_chief, commune):
    officers = Group.objects.get(name=str(Role.OFFICER.label)).pk
    as_verified(login, superuser).post(
        reverse("admin:accounts_user_add"),
        {"username": "moi", "last_name": "A", "first_name": "B", "groups": [officers],
         "commune": commune.pk},
    )  # fmt: skip
    made = User.objects.get(username="moi")
    made.set_password(PASSWORD)
    made.save()

    assert enrolled(sign_in("moi")) is True


def test_technical_administrator_resets_a_hamlet_head_who_is_told(head, tech_admin, login):
    make_second_factor(head)
    second_factor.reset(head, by=tech_admin, reason=REASON)

    first, second = sign_in("truong.ap"), sign_in("truong.ap")

    assert REASON in first.get("/admin/").content.decode()
    assert REASON not in second.get("/admin/").content.decode()


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.CHIEF, Role.TECH_ADMIN}))
@pytest.mark.parametrize("page", ["reset_second_factor", "phone_lost"])
def test_others_reach_no_one_elses_second_step(actor, head, role, page, login):
    make_second_factor(head)
    by = actor(role)
    client = as_verified(login, by)

    answer = client.post(reverse(f"admin:accounts_user_{page}", args=[head.pk]), {"reason": "x"})

    assert answer.status_code in {302, 403, 404}
    assert SecondFactor.objects.get(user=head).is_enrolled
    with pytest.raises(services.NotAllowed):
        second_factor.reset(head, by=by, reason=REASON)
    with pytest.raises(services.NotAllowed):
        second_factor.report_lost(head, by=by)


def test_nobody_resets_their_own(ready_chief):
    with pytest.raises(services.NotAllowed, match="chính mình"):
        second_factor.reset(ready_chief, by=ready_chief, reason=REASON)


def test_chief_of_another_commune_is_refused(other_commune, officer):
    stranger = make_user(other_commune, Role.CHIEF)

    for verb in (second_factor.report_lost, second_factor.reset):
        extra = {"reason": REASON} if verb is second_factor.reset else {}
        with pytest.raises(services.NotAllowed):
            verb(officer, by=stranger, **extra)


@pytest.mark.parametrize("by_role", [Role.CHIEF, Role.TECH_ADMIN])
def test_superuser_is_left_alone(commune, actor, by_role):
    over = make_user(commune, is_superuser=True)

    with pytest.raises(services.NotAllowed, match="cấp cao nhất"):
        second_factor.reset(over, by=actor(by_role), reason=REASON)


def test_reset_page_asks_for_a_reason_and_reports(login, ready_chief, officer):
    make_second_factor(officer)
    client = as_verified(login, ready_chief)
    url = reverse("admin:accounts_user_reset_second_factor", args=[officer.pk])

    assert "Hãy ghi lý do" in client.post(url, {"reason": " "}).content.decode()
    assert SecondFactor.objects.get(user=officer).is_enrolled
    done = client.post(url, {"reason": REASON}, follow=True).content.decode()

    assert "cài lại bước hai trong 7 ngày" in done
    assert "Được cài đến" in done


def test_reset_page_tells_the_technical_administrator_why_not(login, tech_admin, officer):
    make_second_factor(officer)
    url = reverse("admin:accounts_user_reset_second_factor", args=[officer.pk])

    client = as_verified(login, tech_admin)
    asked = client.get(url).content.decode()

    assert "chỉ một chỉ huy khác" in asked
    assert 'name="reason"' not in asked
    assert "chỉ một chỉ huy khác" in client.post(url, {"reason": REASON}).content.decode()
    assert SecondFactor.objects.get(user=officer).is_enrolled


def test_technical_administrator_shuts_a_lost_phone_at_once(login, tech_admin, officer):
    make_second_factor(officer)
    session = as_verified(login, officer)
    url = reverse("admin:accounts_user_phone_lost", args=[officer.pk])
    client = as_verified(login, tech_admin)
    client.get(url)
    assert where(session) == 200

    client.post(url)

    assert where(session) == "/admin/login/"
    assert where(sign_in(), MEMBERS) == STEP
    event = AuditEvent.objects.get(action="account.phone_lost")
    assert (event.actor, event.target_label) == (tech_admin, str(officer))
