"""Playing the administrator of the account on the simulator's permission page."""

import re
from urllib.parse import parse_qsl, urlsplit

import requests
from django.test import Client

CONNECT = "/admin/zalo/officialaccount/ket-noi/"


def begin(client: Client, commune_id: int | None = None) -> str:
    """Press the button in the portal; returns Zalo's address."""
    response = client.post(CONNECT, {"xa": commune_id or ""})
    assert response.status_code == 302, response.content.decode()
    return str(response["Location"])


def press(address: str, answer: str = "allow") -> dict[str, str]:
    """Open Zalo's page and press; returns what the browser brings back."""
    page = requests.get(address, timeout=10)
    number = re.search(r'name="number" value="([^"]+)"', page.text)
    assert number is not None, page.text
    form = {"number": number[1], "answer": answer}
    permissions = re.findall(r'name="permission" value="([^"]+)"', page.text)
    action = f"{urlsplit(address).scheme}://{urlsplit(address).netloc}/v4/oa/permission"
    pressed = requests.post(
        action, data={**form, "permission": permissions}, timeout=10, allow_redirects=False
    )
    back = pressed.headers.get("Location") or _link_back(pressed.text)
    return dict(parse_qsl(urlsplit(back).query))


def _link_back(page: str) -> str:
    found = re.search(r'href="(https?://[^"]+)"', page)
    assert found is not None, page
    return found[1].replace("&amp;", "&")


def come_back(client: Client, answer: dict[str, str]) -> tuple[int, str]:
    """Follow the browser back into the portal; returns status and the page it ends on."""
    response = client.get("/zalo/oauth/callback/", answer, follow=True)
    return response.status_code, response.content.decode()
