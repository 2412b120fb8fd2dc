"""`make codes`: the codes by which made-up officers of the demo open an identity, right now.

Each is good for a minute and once. Names of other accounts may be given as arguments.
"""

import sys
import time

from accounts.demo_codes import ACCOUNTS, STEP_S, code_of


def main(arguments: list[str]) -> int:
    now = time.time()
    for username in arguments or ACCOUNTS:
        print(f"{username:<16} {code_of(username, now)}")
    print(f"Mã đổi sau {STEP_S - int(now) % STEP_S} giây; mỗi mã dùng một lần.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
