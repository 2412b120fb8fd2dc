"""How long a resident waits for an answer about a procedure: from the webhook to the sent message.

Web, workers and beat run as they do in the image; the stub answers as Zalo does, 50 ms later. The
questions come at a steady pace, each of another person and with an id and a signature of its own,
whether or not those before were answered: 50 a second. Every question has to be answered, none
twice, and none becomes a tip.
"""

import http.client
import itertools
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from benchmarks import _bench, _stub
from benchmarks._pages import p95
from benchmarks.webhooks import OA_SECRET, answers, empty_inbox, portal
from dev.processes import free_port
from procedures.models import Edition, Question
from reports.models import ChatReply, TipReport
from tests.factories.accounts import make_commune, make_profile
from tests.factories.zalo import make_official_account
from tests.flows.harness import forget_redis, wait_until
from tests.zalo import webhooks
from zalo.followers.models import index_of
from zalo.models import Follower, OfficialAccount

A_SECOND = 50
LIMIT_S = 3.0
THREADS = 8
PATIENCE_S = 120
SURE = (
    "gia hạn tạm trú cần giấy tờ gì",
    "khai bao tam vang lam o dau a",
    "tach ho can gi",
    "sang ten xe may cu thi lam sao",
    "xin giay xac nhan cu tru o dau",
    "thong bao luu tru cho khach ngu lai lam sao",
    "lam ho chieu mat bao lau",
    "dk thuong tru cho con can giay gi",
)
NEAR = ("tam tru", "lam cccd")


@dataclass
class Asked:
    """When each person's question left, and which answers of the portal were not 200."""

    at: dict[str, float] = field(default_factory=dict)
    refused: list[int] = field(default_factory=list)


def bodies(account: OfficialAccount, people: list[str]) -> list[tuple[str, bytes, str]]:
    """For each person the body of a question, and its signature."""
    texts = itertools.cycle([*SURE, *SURE, *NEAR])
    made = []
    for person, text in zip(people, texts, strict=False):
        timestamp = str(int(time.time() * 1000))
        content = webhooks.message(
            user=person, oa=account.oa_id, text=text, timestamp=timestamp, msg_id=f"q-{person}"
        )
        raw = webhooks.raw(content)
        mac = webhooks.signature(raw, timestamp=timestamp, secret=OA_SECRET)
        made.append((person, raw, f"mac={mac}"))
    return made


def ask(port: int, waiting: list[tuple[str, bytes, str]], a_second: float) -> Asked:
    """Post each at its own moment, over a few kept connections, and note when it left."""
    asked, start = Asked(), time.time() + 0.5
    numbered = list(enumerate(waiting))

    def work(mine: list[tuple[int, tuple[str, bytes, str]]]) -> None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        for number, (person, raw, mac) in mine:
            time.sleep(max(0.0, start + number / a_second - time.time()))
            asked.at[person] = time.time()
            headers = {"Content-Type": "application/json", "X-ZEvent-Signature": mac}
            line.request("POST", "/zalo/webhook/", raw, headers)
            response = line.getresponse()
            response.read()
            if response.status != 200:
                asked.refused.append(response.status)
        line.close()

    threads = [threading.Thread(target=work, args=(numbered[n::THREADS],)) for n in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return asked


def written_before(account: OfficialAccount, people: list[str]) -> None:
    """They wrote to the account on another day."""
    day = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=2)
    Follower.objects.bulk_create(
        Follower(
            account=account, zalo_user_id=person, user_index=index_of(person), source="message",
            last_interaction_at=day,
        )
        for person in people
    )  # fmt: skip


def one_round(
    account: OfficialAccount, stub: _stub.Stub, port: int, count: int, salt: str
) -> tuple[list[float], Counter[str]]:
    """Seconds from question to answer, and how many answers each person got."""
    stub.reset()
    people = [f"{salt}{number:06d}" for number in range(count)]
    written_before(account, people)
    asked = ask(port, bodies(account, people), A_SECOND)
    if asked.refused:
        raise SystemExit(f"not every question was taken: {Counter(asked.refused)}")
    wait_until(lambda: len(stub.arrivals()) >= count, timeout_s=PATIENCE_S, what=f"{count} answers")
    time.sleep(2)  # for one that would come twice
    came = stub.arrivals()
    waits = [arrival.at - asked.at[arrival.to] for arrival in came]
    return waits, Counter(arrival.to for arrival in came)


def main(arguments: list[str] | None = None) -> int:
    parser = _bench.parser(__doc__)
    parser.add_argument("--seconds", type=float, help="how long questions come in a round")
    options = parser.parse_args(arguments)
    seconds = options.seconds or (10 if options.quick else 60)
    report = _bench.Report()
    with (
        _bench.scratch_database(),
        _stub.running(delay_ms=50) as stub,
        tempfile.TemporaryDirectory(prefix="binhyen-bench-") as directory,
    ):
        forget_redis()
        report.remark(f"one commit takes {_bench.commit_ms():.2g} ms on this disk")
        commune = make_commune("Bình Minh")
        make_profile(commune, duty_phone="0251 000 113")
        account = make_official_account(commune)
        # As on the day of the last review, whenever this is run.
        today = timezone.localdate()
        Edition.objects.published().update(verified_on=today, reopened_at=None)
        empty_inbox()
        limits = {"ZALO_RATE_PER_MIN": "60000", "VAULT_LETTERS_AN_HOUR": "1000000"}
        with portal(stub, Path(directory) / "portal.log", **limits) as made:
            port = free_port()
            made.start_web(port)
            wait_until(lambda: answers(port), timeout_s=120, what="the portal")
            for queue in ("periodic", "inbound", "send"):
                made.start_worker(queue, queues=queue)
            made.start_beat()
            one_round(account, stub, port, A_SECOND, "71")  # warms up
            count = round(A_SECOND * seconds)
            waits, reactions = one_round(account, stub, port, count, "72")
        name = f"answer to a question at {A_SECOND} a second, p95"
        report.add(_bench.Bar(name, p95(waits), LIMIT_S, 1, " s", at_most=True))
        report.remark(f"median {sorted(waits)[len(waits) // 2]:.2f} s, slowest {max(waits):.2f} s")
        twice = sum(times - 1 for times in reactions.values())
        report.add(_bench.Bar("answers told twice", twice, 0, 0, at_most=True))
        report.add(_bench.Bar("people answered", len(reactions), count, 1))
        tips = TipReport.objects.count() + ChatReply.objects.count()
        report.add(_bench.Bar("tips and replies left behind", tips, 0, 0, at_most=True))
        report.remark(f"{Question.objects.exclude(outcome='unanswered').count()} questions logged")
    return report.exit_code


if __name__ == "__main__":
    raise SystemExit(main())
