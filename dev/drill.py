"""`make drill`: what takes longer than a test may. Without a name every drill runs.

`make drill ARGS=faults` runs one; what follows the name goes to it (`ARGS="faults 3 --jobs 2"`).
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from dev import faults
from dev.processes import run_each
from dev.servers import throwaway_servers
from dev.trouble import Trouble

# Tests that find it run whole; `make test` runs a part of them (tests/sizes.py).
WHOLE = "BINHYEN_DRILL"


@dataclass(frozen=True)
class Drill:
    """One drill: a sentence for the list, and a function from arguments to an exit code."""

    sentence: str
    run: Callable[[list[str]], int]


def module(name: str, usual: tuple[str, ...], arguments: list[str]) -> int:
    """Run a module beside servers of its own, with the usual arguments unless others are given."""
    with throwaway_servers() as reached:
        return subprocess.run(
            [sys.executable, "-m", name, *(arguments or usual)],
            env=os.environ | reached | {WHOLE: "1"},
            check=False,
        ).returncode


def script(sentence: str, name: str, *usual: str) -> Drill:
    return Drill(sentence, partial(module, f"tests.flows.{name}", usual))


def test(sentence: str, *nodes: str) -> Drill:
    named = ["-q", *(f"tests/{node}" for node in nodes)]
    return Drill(sentence, lambda more: module("pytest", (), [*named, *more]))


DRILLS = {
    "faults": Drill("cài từng lỗi nhỏ vào mã và xem kiểm thử có bắt được không", faults.main),
    "demo": test(
        "bản chạy thử với đủ mọi bộ phận, chạy hai lần trên cùng dữ liệu",
        "dev/test_demo.py::test_the_demo_runs_heals_stops_and_starts_again",
    ),
    "kills": script(
        "giết bộ phận gửi 100 lần giữa chừng rồi đếm bài lặp và bài mất",
        "kill_worker", "--runs", "100",
    ),
    "alerts": script(
        "giết bộ phận báo việc 1.000 lần giữa chừng rồi đếm báo mất và báo lặp",
        "kill_alerts", "--kills", "1000",
    ),
    "calm": test(
        "một tháng báo việc của một xã: mỗi ca mỗi người bao nhiêu báo",
        "duty/occasions/test_month.py",
    ),
    "outages": script("tắt hàng đợi, cơ sở dữ liệu và quyền của Zalo rồi trả lại", "outages"),
    "restore": test(
        "khôi phục bản sao lưu giữa lúc đang gửi rồi đếm bài lặp và bài mất",
        "flows/test_restore.py", "flows/drill_restore.py",
    ),
    "storm": script(
        "100.000 sự kiện từ Zalo trong khi mọi bộ phận lần lượt bị tắt",
        "webhook_storm", "--events", "100000",
    ),
    "rotation": script(
        "đổi khóa mã hóa trong khi tin báo vẫn đến", "rotation_under_way", "--seconds", "60"
    ),
    "vault-rotation": script(
        "đổi khóa kho niêm phong trong khi tin báo vẫn đến, giết seal_anew giữa chừng",
        "vault_rotation", "--seconds", "60",
    ),
    "vault-kills": script(
        "giết kho niêm phong 40 lần giữa chừng rồi đếm lời mất, lời lặp và số hiện hai lần",
        "dying_vault", "--kills", "40",
    ),
    "reporters": script(
        "tìm người báo tin ở mọi nơi sau 200 tin báo",
        "find_reporter", "--tips", "200", "--pages", "300",
    ),
    "hunts": script(
        "tìm người báo tin sau 21 tin báo, mười lượt số ngẫu nhiên, mỗi lượt mười lần",
        "find_reporter", "--tips", "21", "--pages", "10", "--seeds", "10", "--runs", "10",
    ),
    "dictionary": script(
        "đoán người báo tin và lời kể từ mọi mã băm bằng 10.000 từ, mọi số điện thoại và mã Zalo",
        "leaks.dictionary", "--words", "10000",
    ),
    "differences": script(
        "tính số nhỏ bị che từ mọi trang và tệp mà người ngoài xem được",
        "difference_attack", "--seeds", "10", "--runs", "10",
    ),
    "urgent": test(
        "bài khẩn vượt 10.000 lượt gửi đang chờ",
        "flows/test_broadcast.py::test_an_urgent_post_overtakes_thousands_of_waiting_deliveries",
    ),
    "followers": test(
        "đọc danh sách 20.000 người quan tâm",
        "zalo/test_follower_lists.py::test_thousands_are_read_by_slices_with_few_queries",
    ),
    "cells": test(
        "đọc những ô dài 100.000 ký tự",
        "groups/member_list/test_any_file.py::test_a_long_cell_is_no_trap",
    ),
    "forms": test(
        "kiểm tra mọi bài mẫu ở đủ tám cách gõ",
        "broadcasts/test_gate_sets.py::test_gate_finds_the_same_in_other_forms_of_a_text",
    ),
    "figures": test(
        "đối chiếu số liệu với từng dòng, từng danh sách và từng văn bản, đủ mọi kỳ",
        "oversight/rollups/test_reading.py", "oversight/test_lists.py",
        "oversight/test_agreement.py",
    ),
    "keys": test(
        "khởi động từng bộ phận với khóa sai, khóa cũ, thiếu khóa", "flows/test_keys_at_start.py"
    ),
    "services": test(
        "khởi động từng dịch vụ của docker-compose.yml với biến, người dùng và giới hạn của nó",
        "attacks/test_services_as_processes.py",
    ),
    "slow": test(
        "nhập danh sách trong khi đối chiếu 300 nhóm, rồi tắt bộ phận chạy chậm giữa chừng",
        "flows/test_slow_work.py",
    ),
    "slow-callers": test(
        "64 lượt gửi nhỏ giọt bên cạnh cả cổng, có và không có Caddy đứng trước",
        "flows/drill_slow_callers.py",
    ),
    "rows": test(
        "kiểm tra từng dòng của dữ liệu chạy thử", "demo/test_commune.py::test_every_row_is_valid"
    ),
}  # fmt: skip


def listed() -> str:
    return "\n".join(f"  {name:<12} {drill.sentence}" for name, drill in DRILLS.items())


def main(arguments: list[str]) -> int:
    if arguments and arguments[0] in {"-h", "--help"}:
        print(f"{__doc__}\n{listed()}")
        return 0
    name, rest = (arguments[0], arguments[1:]) if arguments else ("", [])

    def drills() -> Iterator[tuple[str, int]]:
        if name and name not in DRILLS:
            raise Trouble(f"Không có buổi diễn tập “{name}”. Có:\n{listed()}")
        for one in [name] if name else DRILLS:
            print(f"== {one}: {DRILLS[one].sentence}", flush=True)
            yield one, DRILLS[one].run(rest)

    return run_each(drills, sentence="Không đạt")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
