"""Take the broker, the database and the consent away while a post is on its way, and give it back.

    python -m tests.flows.outages [--dump FILE]

Starts servers of its own, so that nobody else's are touched. Each check prints a line; the exit
code is 1 when one fails.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dev.places import VAR, open_directory
from dev.postgres import Postgres
from dev.processes import free_port
from dev.valkey import Valkey
from tests.dumps import load

BACK_S = 60.0
failures: list[str] = []


def check(name: str, holds: bool, seen: object = "") -> None:
    """Print one line and remember what does not hold."""
    sys.stdout.write(f"{'ok ' if holds else 'BAD'} {name} {seen}\n")
    sys.stdout.flush()
    if not holds:
        failures.append(name)


class Web:
    """The web server on a free port."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self.url = f"http://127.0.0.1:{free_port()}"
        self.cookie = "binhyen_phien"
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [
                    sys.executable, "-m", "gunicorn", "config.wsgi",
                    "--worker-class=config.edge.worker.Worker", "--threads", "4", "--bind", self.url.removeprefix("http://"),
                ],
                env=environment, stdout=output, stderr=output,
            )  # fmt: skip

    def get(self, path: str) -> tuple[int, str]:
        """Status and body of a page asked for with a session, 0 where nothing listens yet."""
        request = urllib.request.Request(  # noqa: S310 -- our own server
            self.url + path, headers={"Cookie": f"{self.cookie}={'a' * 32}"}
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 -- our own server
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except urllib.error.URLError:
            return 0, ""

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=20)


class Stage:
    """Everything that runs during the checks."""

    def __init__(self, postgres: Postgres, valkey: Valkey, log: Path) -> None:
        from django.conf import settings  # noqa: PLC0415 -- needs Django

        from tests.flows import harness  # noqa: PLC0415 -- needs Django

        self.harness = harness
        self.postgres, self.valkey = postgres, valkey
        self.simulator = harness.new_simulator(answer_delay_s=0.02)
        settings.ZALO_API_URL = settings.ZALO_OAUTH_URL = self.simulator.url
        self.portal = harness.Portal(self.simulator, log, ZALO_RATE_PER_MIN="600")
        self.web = Web(self.portal.environment, log)
        self.scene = harness.Scene(self.simulator)
        self.scene.add_groups(40)
        self.portal.start_worker()
        self.portal.start_beat()

    def wait(self, condition: Callable[[], Any], what: str) -> bool:
        """Whether the condition came true in time."""
        try:
            self.harness.wait_until(condition, timeout_s=BACK_S, what=what)
        except TimeoutError:
            return False
        return True

    def finished(self, post: Any) -> bool:
        return post.deliveries.exists() and self.harness.open_deliveries(post) == 0

    def ends(self, post: Any) -> dict[str, int]:
        return dict(Counter(post.deliveries.values_list("status", flat=True)))

    def received(self, text: str) -> Counter[str]:
        messages = self.simulator.state.messages_of()
        return Counter(message.group_id for message in messages if message.text == text)

    def state(self) -> str:
        """The gate, the processes and the broker's queues, for whoever looks for the cause."""
        import redis  # noqa: PLC0415 -- only after a failure

        from zalo.models import SendGate  # noqa: PLC0415 -- needs Django

        lines = [str(row) for row in SendGate.objects.values("state", "blocked", "beat_at")]
        lines += [f"{name}: {one.poll()}" for name, one in self.portal.processes.items()]
        with redis.Redis.from_url(self.valkey.url) as client:
            lines += [f"{key!r}: {client.type(key)!r}" for key in client.scan_iter("*")]
        return "\n".join(lines) + "\n"

    def stop(self) -> None:
        self.web.stop()
        self.portal.stop()
        self.simulator.stop()


def without_broker(stage: Stage) -> None:
    """A post approved while the broker is dead goes out when it is back."""
    check("ready before", stage.wait(lambda: stage.web.get("/readyz")[0] == 200, "the portal"))
    stage.valkey.stop()
    text = "Bài duyệt lúc hàng đợi nghỉ."
    post = stage.scene.approved(text=text)
    # The last answer is remembered for two seconds.
    unready = stage.wait(lambda: stage.web.get("/readyz")[0] == 503, "readyz to notice")
    check("broker dead: readyz says 503", unready)
    status, body = stage.web.get("/admin/login/")
    check("broker dead: people can still sign in", status == 200 and "Đăng nhập" in body, status)
    check("broker dead: nothing has left", not stage.received(text))
    stage.valkey.start()
    check(
        "broker back: the post goes out by itself", stage.wait(lambda: stage.finished(post), text)
    )
    check("broker back: every group once", set(stage.received(text).values()) == {1})
    check("broker back: all sent", stage.ends(post) == {"sent": 40}, stage.ends(post))


def without_broker_midway(stage: Stage) -> None:
    """The broker dies while a post is being sent; the worker lives and goes on."""
    text = "Bài đang gửi lúc hàng đợi nghỉ."
    post = stage.scene.approved(text=text)
    stage.wait(lambda: sum(stage.received(text).values()) >= 10, "ten messages")
    stage.valkey.stop()
    time.sleep(5)
    check("broker dead midway: the post is not through", not stage.finished(post))
    stage.valkey.start()
    check("broker back midway: the post goes on", stage.wait(lambda: stage.finished(post), text))
    received, ends = stage.received(text), stage.ends(post)
    check("broker back midway: every group once", set(received.values()) == {1}, len(received))
    check("broker back midway: all sent", ends == {"sent": 40}, ends)
    ended = [name for name, one in stage.portal.processes.items() if one.poll() is not None]
    check("broker back midway: neither worker nor beat died", not ended, ended)


def without_database(stage: Stage) -> None:
    """The database dies while a post is being sent."""
    from django.db import connection  # noqa: PLC0415 -- needs Django

    text = "Bài đang gửi lúc cơ sở dữ liệu nghỉ."
    post = stage.scene.approved(text=text)
    stage.wait(lambda: sum(stage.received(text).values()) >= 10, "ten messages")
    connection.close()
    stage.postgres.stop()
    time.sleep(4)
    status, body = stage.web.get("/admin/")
    check("database dead: a plain page", status == 503 and "Traceback" not in body, status)
    check("database dead: says what to do", "chờ vài phút rồi tải lại" in body)
    stage.postgres.start()
    check("database back: the post goes on", stage.wait(lambda: stage.finished(post), text))
    received = stage.received(text)
    check("database back: nothing twice", max(received.values(), default=0) == 1)
    ends = stage.ends(post)
    check("database back: sent, or held for a person", set(ends) <= {"sent", "uncertain"}, ends)
    unclear = set(
        post.deliveries.filter(status="uncertain").values_list("target_group_id", flat=True)
    )
    check("database back: none lost", len(received.keys() | unclear) == 40, len(received))
    ready = stage.wait(lambda: stage.web.get("/readyz")[0] == 200, "readyz to notice")
    check("database back: readyz says 200", ready)


def without_consent(stage: Stage) -> None:
    """The consent is revoked; the post waits and goes out after the account is connected anew."""
    from zalo.models import OfficialAccount  # noqa: PLC0415 -- needs Django
    from zalo.tokens.connecting import connect  # noqa: PLC0415 -- needs Django

    text = "Bài chờ cấp quyền lại."
    stage.simulator.state.revoke()
    post = stage.scene.approved(text=text)
    account = OfficialAccount.objects.get(pk=stage.scene.account.pk)

    def refused() -> bool:
        account.refresh_from_db()
        return account.needs_consent

    check("consent revoked: the account says so", stage.wait(refused, "the refusal"))
    waits = stage.wait(lambda: stage.ends(post) == {"queued": 40}, "all to wait")
    check("consent revoked: everything waits", waits, stage.ends(post))
    explained = stage.wait(
        lambda: not post.deliveries.exclude(error_text__contains="quyền").exists(), "a sentence"
    )
    check("consent revoked: every delivery says why", explained)
    pair = stage.simulator.state.consent()
    connect(
        account.commune,
        oa_id=account.oa_id,
        access_token=pair.access,
        refresh_token=pair.refresh,
    )
    check("consent given: the post goes out", stage.wait(lambda: stage.finished(post), text))
    check("consent given: every group once", set(stage.received(text).values()) == {1})


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--dump", type=Path, help="a migrated database as SQL, to begin with")
    options = parser.parse_args()
    open_directory(VAR)
    with tempfile.TemporaryDirectory(prefix="outages-", dir=VAR) as folder:
        directory, log = Path(folder), Path(folder) / "portal.log"
        postgres = Postgres(
            directory, log=directory / "pg.log", password="only-for-tests", throwaway=True
        )
        valkey = Valkey(
            directory / "valkey", log=directory / "valkey.log", password="only-for-tests"
        )
        postgres.start()
        valkey.start()
        try:
            os.environ |= {
                "DATABASE_URL": postgres.url,
                "REDIS_URL": valkey.url,
                "DJANGO_SETTINGS_MODULE": "config.settings_test",
            }
            import django  # noqa: PLC0415 -- after the variables

            django.setup()
            from django.core.management import call_command  # noqa: PLC0415 -- needs Django

            if options.dump:
                load(options.dump, postgres.url)
            call_command("migrate", verbosity=0)
            call_command("sync_roles", verbosity=0)
            stage = Stage(postgres, valkey, log)
            try:
                without_broker(stage)
                without_broker_midway(stage)
                without_database(stage)
                without_consent(stage)
            except Exception:
                failures.append("a check could not be made")
                raise
            finally:
                if failures:
                    sys.stdout.write(stage.state())
                stage.stop()
                if failures:
                    sys.stdout.write(log.read_text(errors="replace")[-6000:])
        finally:
            valkey.stop()
            postgres.stop()
            postgres.remove()
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
