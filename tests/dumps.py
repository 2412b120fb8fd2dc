"""A database as SQL, for servers beside that of the tests. Needs the programs of PostgreSQL."""

import shutil
import subprocess
from pathlib import Path


def dump(url: str, path: Path) -> bool:
    """Write the database to a file; False where the programs are not there or too old."""
    if not (shutil.which("pg_dump") and shutil.which("psql")):
        return False
    # The check values are those of the tests' keys; `migrate` writes others for other keys.
    command = ["pg_dump", "--no-owner", "--no-privileges", "--exclude-table-data=accounts_keycheck"]
    command += ["-f", str(path), "-d", url]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def load(path: Path, url: str) -> None:
    """Fill an empty database."""
    command = ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", str(path), "-d", url]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
