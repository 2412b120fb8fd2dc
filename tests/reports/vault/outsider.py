"""A process of the portal without any key of the vault, which does its work and then stands still.

Run as a program: reads what to do as JSON from its input, answers with one line, and waits for the
end of its input, so that its memory can be looked through.
"""

import json
import sys
from typing import Any


def main() -> None:
    import django  # noqa: PLC0415 -- a program of its own

    django.setup()
    asked = json.loads(sys.stdin.readline())
    done = {"web": walk, "work": work}[asked["as"]](asked)
    sys.stdout.write(json.dumps(done) + "\n")
    sys.stdout.flush()
    sys.stdin.read()


def walk(asked: dict[str, Any]) -> dict[str, Any]:
    """Open pages, and press buttons, in the name of a session."""
    from django.conf import settings  # noqa: PLC0415 -- needs Django
    from django.test import Client  # noqa: PLC0415 -- needs Django

    from tests.vaults import with_token  # noqa: PLC0415 -- needs Django

    assert not settings.VAULT_KEYS
    client = with_token(Client(raise_request_exception=False))
    client.cookies[settings.SESSION_COOKIE_NAME] = asked["session"]
    found: dict[str, Any] = {}
    for path in asked["get"]:
        found[f"GET {path}"] = client.get(path).status_code
    for path, data in asked["post"]:
        found[f"POST {path}"] = client.post(path, data).status_code
    return found


def work(asked: dict[str, Any]) -> dict[str, Any]:
    """Do what workers do with tips, but the sending."""
    from django.conf import settings  # noqa: PLC0415 -- needs Django

    from accounts.retention import purge_expired  # noqa: PLC0415 -- needs Django
    from config.celery import app  # noqa: PLC0415 -- needs Django
    from zalo.inbox.interpreting import interpret_due  # noqa: PLC0415 -- needs Django

    assert not settings.VAULT_KEYS
    found: dict[str, Any] = {"interpreted": interpret_due()}
    app.loader.import_default_modules()
    for name in asked["tasks"]:
        app.tasks[name].apply(throw=True)
    found["purged"] = purge_expired()
    return found


if __name__ == "__main__":
    main()
