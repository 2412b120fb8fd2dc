"""Turn papers and workbooks into pictures, to look at them as an office program shows them.

    .venv/bin/python -m dev.paper_pictures FOLDER

Makes `name-1.png`, `name-2.png` … beside every .docx, .xlsx and .pdf of the folder. For looking
only: needs LibreOffice (soffice) and poppler (pdftoppm), which nothing else here does.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

OFFICE = {".docx", ".xlsx"}
DOTS_PER_INCH = "60"


def as_pdf(file: Path, folder: Path) -> Path:
    """Convert with an office program, with settings of its own in a folder of its own."""
    with tempfile.TemporaryDirectory() as home:
        subprocess.run(
            [
                "soffice", f"-env:UserInstallation=file://{home}", "--headless", "--convert-to",
                "pdf", "--outdir", str(folder), str(file),
            ],
            check=True, capture_output=True, timeout=300,
        )  # fmt: skip
    return folder / f"{file.stem}.pdf"


def pictures_of(file: Path) -> list[Path]:
    """A picture of each page, beside the file."""
    with tempfile.TemporaryDirectory() as folder:
        pdf = file if file.suffix == ".pdf" else as_pdf(file, Path(folder))
        subprocess.run(
            ["pdftoppm", "-png", "-r", DOTS_PER_INCH, str(pdf), str(file.with_suffix(""))],
            check=True, timeout=300,
        )  # fmt: skip
    return sorted(file.parent.glob(f"{file.stem}-*.png"))


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    options = parser.parse_args(arguments)
    if missing := [name for name in ("soffice", "pdftoppm") if shutil.which(name) is None]:
        parser.error(f"not installed: {', '.join(missing)}")
    files = [one for one in options.folder.iterdir() if one.suffix in OFFICE | {".pdf"}]
    for file in sorted(files):
        print(f"{file.name}: {len(pictures_of(file))}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
