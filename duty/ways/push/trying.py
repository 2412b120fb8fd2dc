"""Whether each push service can be reached from here: networks of an agency may block some."""

import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from duty.ways.push import transport
from duty.ways.push.endpoints import Refused, check

# A listed name under which no machine answers: one below it, to which browsers are sent.
BELOW: Final = {
    "push.apple.com": "web.push.apple.com",
    "notify.windows.com": "wns2-sg2p.notify.windows.com",
}
WORDS: Final = {
    "NameResolutionError": "không tìm được tên máy (DNS)",
    "ConnectTimeoutError": "không nối được, có thể bị tường lửa chặn",
    "ReadTimeout": "nối được nhưng không trả lời",
    "ReadTimeoutError": "nối được nhưng không trả lời",
    "NewConnectionError": "bị từ chối nối",
    "SSLError": "chứng chỉ không đúng, có thể có máy giải mã ở giữa",
    "Refused": "tên máy dẫn vào mạng nội bộ, có thể bị chặn bằng DNS",
}
OTHERWISE: Final = "không nối được"


@dataclass(frozen=True, slots=True)
class Tried:
    """One service: any answer over a good connection proves that it can be reached.

    `status`: of that answer; 0 without one.
    """

    host: str
    is_reached: bool
    status: int
    seconds: float
    words: str


def try_host(entry: str) -> Tried:
    """Ask one entry of PUSH_HOSTS for its root."""
    origin = entry if "://" in entry else f"https://{BELOW.get(entry, entry)}"
    host, begun = origin.partition("://")[2], time.monotonic()
    try:
        answer = transport.ask(check(f"{origin}/"))
    except Refused:
        answer = transport.Answer(0, detail=Refused.__name__)
    seconds = round(time.monotonic() - begun, 2)
    if answer.status:
        return Tried(host, True, answer.status, seconds, f"tới được, trả lời {answer.status}")
    return Tried(host, False, 0, seconds, WORDS.get(answer.detail, OTHERWISE))


def try_all(entries: Iterable[str]) -> list[Tried]:
    """Each entry, side by side, in the given order."""
    wanted = list(entries)
    with ThreadPoolExecutor(max_workers=max(len(wanted), 1)) as threads:
        return list(threads.map(try_host, wanted))
