"""No secret in the repository: every file that git knows, against the list of what is none.

`--write` keeps what is found now as none: look at each new line before it is committed.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from detect_secrets.core.scan import scan_file
from detect_secrets.settings import default_settings

from dev.places import PROJECT

KNOWN = PROJECT / "dev" / "known_no_secrets.txt"
HEAD = "# Những chỗ trông như bí mật mà không phải (tệp, mã băm); do dev.secret_scan --write ghi.\n"
# Lists of hashes, translations and pictures: nothing that a person types.
PASSED_OVER = (".lock", ".mo", ".po", ".png", ".jpg", ".webp", ".woff2", ".ico", ".pdf", ".xlsx")
LISTS = {"requirements.txt", "requirements-dev.txt", "tests/contracts.json", KNOWN.name}
# A file without any of these has nothing that a detector takes for a secret; most have none, and
# reading them line by line takes a minute.
HINT = re.compile(
    rb"PRIVATE KEY"
    rb"|://[^\s/:@]*:[^\s/@]+@"
    rb"|(?i:secret|passw|pwd|api_?key|token|credential)[\w\"'\]]{0,20} ?[:=]+ ?"
    rb"[\"'][^\"'\s]{6,}[\"']"
    rb"|(?<![\w/+-])(?=[\w+/=-]{0,30}\d)(?=[\w+/=-]{0,30}[A-Za-z])[\w+/=:-]{20,}(?![\w+/=-])"
)


def files(root: Path = PROJECT) -> list[str]:
    """Files that git keeps or would keep: a secret is found before it is committed."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root, capture_output=True, text=True, check=True,
    ).stdout.split("\0")  # fmt: skip
    return sorted(
        name
        for name in set(filter(None, listed))
        if name not in LISTS
        and Path(name).name not in LISTS
        and not name.endswith(PASSED_OVER)
        and (root / name).is_file()
    )


def found(names: list[str], root: Path = PROJECT) -> Iterator[tuple[str, str, str]]:
    """Of each thing that looks like a secret: file and hash as in the list, and where it stands."""
    with default_settings():
        for name in names:
            if HINT.search((root / name).read_bytes()) is None:
                continue
            for one in scan_file(str(root / name)):
                yield f"{name} {one.secret_hash}", name, f"{name}:{one.line_number}: {one.type}"


def main(arguments: list[str]) -> int:
    here = list(found(files()))
    if arguments == ["--write"]:
        KNOWN.write_text(HEAD + "".join(f"{key}\n" for key in sorted({one[0] for one in here})))
        return 0
    known = set(KNOWN.read_text().splitlines())
    unknown = [where for key, _name, where in here if key not in known]
    for where in unknown:
        print(f"{where} trông như một bí mật", file=sys.stderr)
    return int(bool(unknown))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
