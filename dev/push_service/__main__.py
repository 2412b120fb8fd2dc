"""`python -m dev.push_service --port 8095 --portal http://127.0.0.1:8000`"""

import argparse
import signal
import threading

from dev.push_service.server import start


def main() -> int:
    """Run until a signal."""
    parser = argparse.ArgumentParser(
        prog="python -m dev.push_service",
        description="Dịch vụ đẩy giả lập: nhận báo việc của cổng, vẽ màn hình khóa của từng người.",
    )
    parser.add_argument("--port", type=int, default=8095, help="cổng để mở")
    parser.add_argument("--host", default="127.0.0.1", help="địa chỉ để mở")
    parser.add_argument("--portal", default="", help="địa chỉ của cổng Bình Yên, để báo là đã hiện")
    options = parser.parse_args()
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    try:
        service = start(options.port, options.host, portal=options.portal)
    except OSError as error:
        print(f"Không mở được cổng {options.port} ({error.strerror}). Hãy chọn cổng khác.")
        return 1
    print(f"Dịch vụ đẩy giả lập: {service.url}", flush=True)
    print(f"Cho cổng gửi tới đây: PUSH_HOSTS={service.url}", flush=True)
    stopping.wait()
    service.stop()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
