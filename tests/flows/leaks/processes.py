"""Some tips through the portal's real processes, for what these write into their logs."""

import json
import socket
import time
from pathlib import Path
from typing import Any

import requests
from django.conf import settings

from reports.models import TipReport
from tests.flows.harness import Portal, wait_until
from tests.flows.leaks.entrances import worked
from tests.flows.leaks.people import Person
from tests.flows.leaks.scene import Scene
from tests.reports.public.walking import Walk
from tests.zalo.webhooks import OA_SECRET, message, signature

QUEUES = ",".join(settings.CELERY_TASK_QUEUES)


class _OverHttp:
    """A client for `Walk` over a socket."""

    def __init__(self, url: str, person: Person) -> None:
        self.url, self.session = url, requests.Session()
        self.session.headers.update({"User-Agent": person.agent, "X-Forwarded-For": person.ip})

    def get(self, address: str) -> requests.Response:
        return self.session.get(self.url + address, timeout=60)

    def post(self, address: str, sent: dict[str, Any]) -> requests.Response:
        files = {name: value for name, value in sent.items() if isinstance(value, tuple)}
        typed = {name: value for name, value in sent.items() if name not in files}
        return self.session.post(self.url + address, typed, files=files or None, timeout=60)


class _RealWalk(Walk):
    def __init__(self, scene: Scene, client: _OverHttp) -> None:
        self.client: Any = client
        self.commune, self.answer = scene.commune, None
        self.go_to(f"/phan-anh/{scene.commune.code}/bao-tin/")


def tell(scene: Scene, folder: Path, tellers: list[Person]) -> bytes:
    """Half of them by the form, half to the account; returns all that the processes logged."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    log = folder / "portal.log"
    portal = Portal(
        scene.simulator, log, ZALO_OA_SECRET_KEY=OA_SECRET, LOG_LEVEL="INFO", PROXY_COUNT="1",
        MEDIA_ROOT=str(folder / "media"),
    )  # fmt: skip
    url, before = f"http://127.0.0.1:{port}", scene.count()
    try:
        portal.start_web(port, workers=1)
        portal.start_worker("all", queues=QUEUES)
        portal.start_beat()
        wait_until(lambda: _answers(port), timeout_s=60, what="the web")
        for number, person in enumerate(tellers):
            (_by_form if number % 2 else _by_chat)(scene, url, person)
        wait_until(
            lambda: TipReport.objects.count() >= before + len(tellers),
            timeout_s=90, what="the workers",
        )  # fmt: skip
    finally:
        portal.stop()
    return log.read_bytes()


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _by_form(scene: Scene, url: str, person: Person) -> None:
    walk = _RealWalk(scene, _OverHttp(url, person))
    walk.to_check(words=person.words, name=person.name, phone=person.phone)
    photo = (f"{person.name}.jpg", person.photo, "image/jpeg")
    walk.press("go", "send", anh=photo, proof=worked(walk.html))


def _by_chat(scene: Scene, url: str, person: Person) -> None:
    stamp = str(int(time.time() * 1000))
    said = message(
        user=person.zalo_id, oa=scene.account.oa_id, msg_id=f"m-{person.key}",
        text=f"Tôi là {person.name}, {person.phone}. {person.words}", timestamp=stamp,
    )  # fmt: skip
    raw = json.dumps(said, ensure_ascii=False).encode()
    header = {"X-ZEvent-Signature": f"mac={signature(raw, timestamp=stamp)}"}
    answer = requests.post(f"{url}/zalo/webhook/", raw, headers=header, timeout=60)
    assert answer.status_code == 200, answer.text
