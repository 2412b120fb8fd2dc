"""Forms as a browser fills them in, for attacks on accounts, phones and links."""

import re
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.users.roles import Role
from tests.factories.accounts import PASSWORD, make_user

REASON = "Đổi điện thoại, đã gặp mặt"
_SECRET = re.compile(r"<code[^>]*>\s*([a-z0-9]{4}(?:-[a-z0-9]{4})+)\s*</code>")


def verified(user: User) -> Client:
    """A session that has passed both steps."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session["sign_in"] |= {"second_step_at": timezone.now().timestamp()}
    session.save()
    return client


def in_use(commune: Any, role: Role, **fields: Any) -> User:
    """An account that its person has signed in with before."""
    return make_user(commune, role, password=PASSWORD, last_login=timezone.now(), **fields)


def filled_in(client: Client, url: str, **changed: Any) -> Any:
    """Post a form of the admin as it stands, with some fields changed."""
    context = client.get(url).context
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    data = {}
    for form in forms:
        for name, field in form.fields.items():
            value = field.prepare_value(form.get_initial_for_field(field, name))
            if value is not None and value is not False:
                data[form.add_prefix(name)] = value
    answer = client.post(url, data | changed)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    return answer


def give_roles(client: Client, user: User, *roles: Role) -> Any:
    """Change an account's roles by its form."""
    groups = [Group.objects.get(name=str(role.label)).pk for role in roles]
    return client.post(
        reverse("admin:accounts_user_change", args=[user.pk]),
        {"username": user.username, "last_name": user.last_name, "first_name": user.first_name,
         "groups": groups},
    )  # fmt: skip


def ask_password(client: Client, user: User) -> str:
    """Press the button for a temporary password; what the page shows of it."""
    url = reverse("admin:accounts_user_temporary_password", args=[user.pk])
    return secret_of(client.post(url, {"reason": REASON}))


def ask_reset(client: Client, user: User) -> Any:
    url = reverse("admin:accounts_user_reset_second_factor", args=[user.pk])
    return client.post(url, {"reason": REASON})


def secret_of(response: Any) -> str:
    found = _SECRET.search(response.content.decode())
    return found.group(1) if found else ""


def proposals() -> list[int]:
    """Numbers of all proposals there are."""
    try:
        model = apps.get_model("accounts", "ChangeProposal")
    except LookupError:  # of a release that asked nobody
        return []
    return list(model.objects.values_list("pk", flat=True))


def confirm_all(client: Client) -> None:
    """Press “Xác nhận”, then “Lấy mật khẩu tạm”, of every proposal, seen or not."""
    for number in proposals():
        client.post(f"/admin/accounts/changeproposal/{number}/buoc/xac-nhan/")
        client.post(f"/admin/accounts/changeproposal/{number}/mat-khau/")


def opens(username: str, password: str) -> bool:
    """Whether name and password lead past the sign-in page."""
    client = Client()
    client.post("/admin/login/", {"username": username, "password": password})
    return "_auth_user_id" in client.session
