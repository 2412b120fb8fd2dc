"""Cookies: none outlives the browser on a stranger's phone, none can be planted by another host."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.urls import reverse

from tests.factories.accounts import make_commune, make_user

READ = """
import json
from config import settings
print(json.dumps({name: getattr(settings, name) for name in dir(settings)
                  if name.startswith(("SESSION_COOKIE_", "CSRF_COOKIE_", "DEVICE_COOKIE_",
                                   "SECURE_HSTS"))}))
"""


def cookies_under(https_only: str, **more: str) -> dict[str, object]:
    """The settings of cookies as a process of the product reads them."""
    names = ("SECRET_KEY", "DATA_ENCRYPTION_KEYS", "BLIND_INDEX_KEY")
    environment = {name: value for name, value in os.environ.items() if name in names}
    nowhere = {"DATABASE_URL": "postgres://a@127.0.0.1:9/a", "REDIS_URL": "redis://127.0.0.1:9/0"}
    done = subprocess.run(
        [sys.executable, "-c", READ], cwd=settings.BASE_DIR, check=True, capture_output=True,
        env={"PATH": os.environ["PATH"], **environment, **nowhere, **more,
             "HTTPS_ONLY": https_only},
    )  # fmt: skip
    return json.loads(done.stdout)


def test_cookies_of_https_belong_to_this_host_alone():
    found = cookies_under("1")

    for kind in ("SESSION", "CSRF"):
        assert str(found[f"{kind}_COOKIE_NAME"]).startswith("__Host-")
        # What a browser asks of such a name.
        assert found[f"{kind}_COOKIE_SECURE"] is True
        assert found.get(f"{kind}_COOKIE_DOMAIN") is None
        assert found.get(f"{kind}_COOKIE_PATH", "/") == "/"


def test_cookies_without_https_have_names_that_a_browser_takes():
    found = cookies_under("0")

    assert not str(found["SESSION_COOKIE_NAME"]).startswith("__")
    assert not str(found["CSRF_COOKIE_NAME"]).startswith("__")


@pytest.mark.django_db
def test_cookie_of_the_tip_pages_ends_with_the_browser(client):
    commune = make_commune(code="26001")

    for page in ("", "bao-tin/"):
        assert client.get(f"/phan-anh/{commune.code}/{page}").status_code == 200

    assert client.cookies
    for cookie in client.cookies.values():
        assert (cookie["max-age"], cookie["expires"]) == ("", "")


@pytest.mark.django_db
def test_cookie_against_forged_forms_ends_with_the_browser_of_an_officer(client):
    client.force_login(make_user(make_commune()))

    client.get(reverse("admin:password_change"))

    assert client.cookies[settings.CSRF_COOKIE_NAME]["max-age"] == ""


def test_browsers_keep_to_https_for_every_name_below_ours():
    found = cookies_under("1")

    assert found["SECURE_HSTS_INCLUDE_SUBDOMAINS"] is True
    assert found["SECURE_HSTS_SECONDS"] == 31_536_000
    assert str(found["DEVICE_COOKIE_NAME"]).startswith("__Host-")


@pytest.mark.parametrize(("https_only", "subdomains"), [("1", "0"), ("0", "1")])
def test_names_below_ours_may_be_left_out(https_only, subdomains):
    found = cookies_under(https_only, HSTS_SUBDOMAINS=subdomains)

    assert found["SECURE_HSTS_INCLUDE_SUBDOMAINS"] is False
