"""The data directory of a server, and the OS user that runs it.

PostgreSQL refuses to run as root. As root it is started as another user, who must be able to reach
the data and the programs: below a closed home directory it cannot, and both move to /var/tmp.
"""

import hashlib
import os
import pwd
import shutil
import subprocess
from pathlib import Path

from dev.processes import as_user
from dev.trouble import Trouble

PROJECT = Path(__file__).resolve().parent.parent
VAR = PROJECT / "var"


def open_directory(path: Path) -> Path:
    """Make a directory that others may pass through, whatever the umask."""
    path.mkdir(parents=True, exist_ok=True)
    if path.stat().st_uid == os.geteuid():
        path.chmod(0o755)
    return path


def server_user() -> pwd.struct_passwd | None:
    """The OS user of PostgreSQL: ourselves, or as root one who owns nothing of importance."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Trouble(
        "PostgreSQL không chạy dưới quyền root, mà máy này không có người dùng “postgres” hay "
        "“nobody”. Hãy chạy lệnh này bằng một người dùng thường, hoặc đặt biến DATABASE_URL."
    )


def can_use(path: Path, user: pwd.struct_passwd | None, mode: str) -> bool:
    """Whether that user reaches `path`; `mode` is a test(1) letter: w, x, r."""
    asked = subprocess.run(
        ["/bin/sh", "-c", f'test -{mode} "$1"', "sh", str(path)],
        cwd="/",
        check=False,
        **as_user(user),
    )
    return asked.returncode == 0


def reachable_base(wanted: Path, user: pwd.struct_passwd | None) -> Path:
    """`wanted`, or a directory in /var/tmp keyed by the project where the user cannot reach it."""
    open_directory(VAR)
    open_directory(wanted)
    if can_use(wanted, user, "x"):
        return wanted
    return open_directory(outside_base() / wanted.relative_to(VAR))


def outside_base() -> Path:
    """The project's own directory in /var/tmp, checked to be ours."""
    key = hashlib.sha256(str(PROJECT).encode()).hexdigest()[:12]
    parent = next((p for p in (Path("/var/tmp"), Path("/tmp")) if os.access(p, os.W_OK)), None)  # noqa: S108 -- ownership is checked below
    if parent is None:
        raise Trouble("Không ghi được vào /var/tmp và /tmp, nên không có chỗ cho cơ sở dữ liệu.")
    base = parent / f"binhyen-{key}"
    base.mkdir(mode=0o755, exist_ok=True)
    status = base.lstat()
    if base.is_symlink() or status.st_uid != os.geteuid():
        raise Trouble(f"Thư mục {base} thuộc về người khác. Hãy xóa nó rồi chạy lại.")
    base.chmod(0o755)
    return base


def reachable_programs(bin_dir: Path, user: pwd.struct_passwd | None, *, beside: Path) -> Path:
    """`bin_dir`, or a copy of its installation that the user may execute.

    `beside` is the directory that holds the installation and the libraries it links to by a
    relative path.
    """
    if can_use(bin_dir / "postgres", user, "x"):
        return bin_dir
    copy = outside_base() / "programs"
    target = copy / bin_dir.relative_to(beside)
    if not (target / "postgres").exists():
        for part in beside.glob(f"{bin_dir.relative_to(beside).parts[0]}*"):
            if part.suffix != ".dist-info":
                shutil.copytree(part, copy / part.name, symlinks=True, dirs_exist_ok=True)
        for path in [copy, *copy.rglob("*")]:
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | (0o055 if path.is_dir() else 0o044))
    if not can_use(target / "postgres", user, "x"):
        raise Trouble(
            f"Người dùng “{user.pw_name if user else '?'}” không chạy được PostgreSQL ở {target}. "
            "Hãy chạy lệnh này bằng một người dùng thường, hoặc đặt biến DATABASE_URL."
        )
    return target
