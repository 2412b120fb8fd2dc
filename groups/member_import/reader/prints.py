"""Print-outs in columns of fixed width, whose headings stand closer than the cells below them."""

import re
from collections import Counter

_CELL = re.compile(r"\S+(?: \S+)*")
_SAMPLE, _FEWEST_CELLS, _FEWEST_ROWS = 400, 4, 3
_MOST, _OFF = 0.6, 2


def apart(text: str) -> str:
    """`NSINH GT DIEN THOAI` cut where the cells below begin; only lines with fewer cells are."""
    lines = text.splitlines()
    cells = {
        number: [found.start() for found in _CELL.finditer(line)]
        for number, line in enumerate(lines[:_SAMPLE])
        if line.count(" ") >= _FEWEST_CELLS
    }
    counts = Counter(len(starts) for starts in cells.values() if len(starts) >= _FEWEST_CELLS)
    if not counts:
        return text
    width, times = counts.most_common(1)[0]
    if times < _FEWEST_ROWS:
        return text
    full = [starts for starts in cells.values() if len(starts) >= width]
    begin = Counter(at for starts in full for at in starts)
    columns = {at for at, count in begin.items() if count >= len(full) * _MOST}
    for number, line in enumerate(lines):
        starts = {found.start() for found in _CELL.finditer(line)}
        if not _FEWEST_CELLS <= len(starts) < width or len(columns & starts) < _FEWEST_ROWS:
            continue
        for cell in reversed(list(_CELL.finditer(line))):
            over = sorted(at for at in columns if cell.start() - _OFF <= at < cell.end())
            for at in reversed(over[1:]):
                if line[at - 1] == " ":
                    line = f"{line[:at]}  {line[at:]}"
        lines[number] = line
    return "\n".join(lines)
