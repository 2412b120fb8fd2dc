"""How large a file may be, and what is said of one that is larger or cannot be opened."""

from groups.member_import.reader import spreadsheet_opener
from groups.member_import.reader.problems import UnreadableFile

MAX_BYTES = 25 * 1024 * 1024
MAX_UNPACKED = 250 * 1024 * 1024
MAX_TEXTS = 60 * 1024 * 1024
MAX_PARTS = 2000
MAX_ROWS = 120_000
MAX_COLUMNS = 256
MAX_CELLS = 3_000_000
MAX_SHEETS = 60

BROKEN = (
    "Tệp bị hỏng hoặc tải lên dở dang. Hãy mở bằng Excel, lưu lại thành tệp mới rồi tải lên lại."
)
PASSWORD = "Tệp đặt mật khẩu. Hãy mở tệp, bỏ mật khẩu, lưu lại rồi tải lên."  # noqa: S105 -- a sentence
BOMB = "Tệp nén chứa lượng dữ liệu lớn bất thường nên không được mở. Hãy chép bảng sang tệp mới."
_TOO_WIDE = (
    f"Trang tính “{{sheet}}” có dữ liệu ở cột thứ {{columns}}, quá {MAX_COLUMNS} cột. "
    "Hãy chọn và xoá các cột thừa bên phải bảng, lưu lại rồi tải lên."
)
_TOO_LONG = (
    f"Trang tính “{{sheet}}” dài {{rows}} dòng, nhiều hơn {MAX_ROWS}. "
    "Hãy xoá các dòng thừa bên dưới bảng, hoặc tách thành nhiều tệp."
)
_TOO_SPARSE = (
    "Trang tính “{sheet}” có ô ở dòng {rows}, cột thứ {columns}, giữa là vùng trống rất lớn. "
    "Hãy chép riêng bảng sang tệp mới rồi tải lên."
)


def check_extent(name: str, rows: int, columns: int) -> None:
    """Refuses a table wider, longer or larger than a list of a hamlet can be."""
    if columns > MAX_COLUMNS:
        raise UnreadableFile(_TOO_WIDE.format(sheet=name, columns=columns))
    if rows > MAX_ROWS:
        raise UnreadableFile(_TOO_LONG.format(sheet=name, rows=rows))
    if rows * columns > MAX_CELLS:
        raise UnreadableFile(_TOO_SPARSE.format(sheet=name, rows=rows, columns=columns))


def refusal_of(code: int) -> UnreadableFile:
    """The answer of the opening process as a sentence; a crash is a broken file."""
    sentences = {spreadsheet_opener.PASSWORD: PASSWORD, spreadsheet_opener.TOO_LARGE: BOMB}
    return UnreadableFile(sentences.get(code, BROKEN))
