"""`make fonts`: the two fonts of the admin, cut down to what its pages draw.

The theme brings an icon font of 285 KB and four weights of a text face, 440 KB. Files of the same
names below `static/unfold/fonts/` stand before them. They are committed; the tool that cuts them
(`pip install fonttools brotli`) is needed by nobody else.
"""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import unfold

from dev.places import PROJECT
from dev.trouble import Trouble

THEME: Final = Path(unfold.__file__).parent
THEIRS: Final = THEME / "static/unfold/fonts"
OURS: Final = PROJECT / "static/unfold/fonts"
ICONS: Final = OURS / "material-symbols/icons.txt"
APPS: Final = (
    "accounts", "broadcasts", "config", "duty", "groups", "oversight", "procedures", "reports",
    "zalo",
)  # fmt: skip
# An icon is drawn from the word between the tags, an argument `icon`, the fourth word of a section
# of the menu, a choice of two, or a rule of a style sheet.
WRITTEN: Final = (
    r"material-symbols-outlined[^>]*>\s*([a-z][a-z0-9_]+)\s*<",
    r"\bicon=\"([a-z][a-z0-9_]+)\"",
    r"[\"']?icon[\"']?: [\"']([a-z][a-z0-9_]+)[\"']",
    r"Section\(\s*\"[^\"]*\", \"[^\"]*\", \"[^\"]*\", \"([a-z][a-z0-9_]+)\"",
    r"SITE_SYMBOL\": \"([a-z][a-z0-9_]+)\"",
    r"x-text=\"showPassword \? '([a-z_]+)' : '[a-z_]+'",
    r"x-text=\"showPassword \? '[a-z_]+' : '([a-z_]+)'",
    r"content: ?[\"']([a-z][a-z0-9_]+)[\"']",
)
# Older words for a drawing: its name in the font.
DRAWN_AS: Final = {
    "file_upload": "upload",
    "navigate_before": "chevron_left",
    "navigate_next": "chevron_right",
}
# Two keys side by side.
PAIRED: Final = re.compile(r"(keyboard_\w+_key)(keyboard_return)")
# What of Latin people here write: Vietnamese and the languages of the S'tiêng, M'nông and Ê-đê,
# accents that stand alone, quotes and dashes, arrows, marks.
LETTERS: Final = (
    "20-7E,A0-FF,102,103,10C-10F,110-115,128,129,12C,12D,14E,14F,168,169,16C,16D,1A0,1A1,1AF,1B0,"
    "180,243,300-304,306,309,30A,31B,323,1EA0-1EF9,2010-2015,2018-201E,2020-2022,2026,2030,2032,"
    "2033,2039,203A,2044,20AB,20AC,2116,2122,2190-2193,2212,2248,2260,2264,2265,25B2,25B4,25B6,"
    "25BC,25BE,25CF,2713,2715,2717"
)
FEATURES: Final = "ccmp,locl,mark,mkmk,kern,liga,tnum"
WEIGHTS: Final = ("Regular", "SemiBold")


def icons_drawn() -> set[str]:
    """Names of all icons that a template or a declaration of the theme or of ours can draw."""
    return {name for text in _sources() for name in icons_in(text)}


def icons_in(text: str) -> set[str]:
    found = {name for pattern in WRITTEN for name in re.findall(pattern, text)}
    return {part for name in found for part in apart(name)}


def apart(names: str) -> list[str]:
    return PAIRED.sub(r"\1 \2", names).split()


def _sources() -> Iterator[str]:
    folders = (PROJECT / name for name in ("templates", "static", *APPS))
    for folder in (THEME, *folders):
        for path in sorted(folder.rglob("*")):
            if path.suffix in {".html", ".py", ".css"} or path.name == "app.js":
                yield path.read_text(encoding="utf-8")


def cut_icons() -> None:
    names = sorted(icons_drawn())
    target = OURS / "material-symbols/Material-Symbols-Outlined.woff2"
    letters = "".join(sorted({letter for name in names for letter in name}))
    glyphs = ",".join(DRAWN_AS.get(name, name) for name in names)
    _cut(
        THEIRS / "material-symbols/Material-Symbols-Outlined.woff2", target,
        f"--text={letters}", f"--glyphs={glyphs}", "--no-layout-closure",
        "--layout-features=rlig",
    )  # fmt: skip
    ICONS.write_text("".join(f"{name}\n" for name in names), encoding="utf-8")


def cut_letters() -> None:
    for weight in WEIGHTS:
        _cut(
            THEIRS / f"inter/Inter-{weight}.woff2", OURS / f"inter/Inter-{weight}.woff2",
            f"--unicodes={LETTERS}", f"--layout-features={FEATURES}",
        )  # fmt: skip


def _cut(source: Path, target: Path, *options: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    command = ["pyftsubset", str(source), f"--output-file={target}", "--flavor=woff2", *options]
    if shutil.which("pyftsubset") is None:
        raise Trouble("Cần có pyftsubset để cắt phông chữ: pip install fonttools brotli")
    subprocess.run(command, check=True)
    print(f"{target.relative_to(PROJECT)}: {target.stat().st_size / 1024:.0f} KB")


def main() -> int:
    cut_icons()
    cut_letters()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
