"""A worker of its own process for the races of tokens: `python -m tests.zalo.refresher MODE`.

`work`: ask Zalo who the account is, again and again, until the input ends; prints how often it
succeeded. `die`: refresh once, and be killed between Zalo's answer and the saving.
"""

import os
import signal
import sys
import threading

import django


def work() -> None:
    from zalo import services  # noqa: PLC0415 -- needs Django
    from zalo.client.errors import ZaloError  # noqa: PLC0415 -- needs Django
    from zalo.models import OfficialAccount  # noqa: PLC0415 -- needs Django
    from zalo.tokens import services as tokens_services  # noqa: PLC0415 -- needs Django

    stopped = threading.Event()

    def wait_for_the_end() -> None:
        sys.stdin.read()
        stopped.set()

    threading.Thread(target=wait_for_the_end, daemon=True).start()
    succeeded = 0
    while not stopped.is_set():
        account = OfficialAccount.objects.get()
        try:
            services.refresh_profile(account)
            succeeded += 1
        except ZaloError:
            tokens_services.refresh_due()
    sys.stdout.write(f"{succeeded}\n")


def die() -> None:
    from zalo.models import OfficialAccount  # noqa: PLC0415 -- needs Django
    from zalo.tokens import services as tokens_services  # noqa: PLC0415 -- needs Django

    account = OfficialAccount.objects.get()
    tokens_services.save_pair = lambda *args: os.kill(os.getpid(), signal.SIGKILL)
    tokens_services.renew(account, stale_token=account.access_token)


if __name__ == "__main__":
    django.setup()
    {"work": work, "die": die}[sys.argv[1]]()
