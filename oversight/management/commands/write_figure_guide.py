"""Write the guide to the figures from their definitions."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from oversight.direction.querysets import OVERSEE
from oversight.figures.direction import VIEW_DIRECTIONS, VIEW_PROPOSALS, VIEW_STEPS
from oversight.figures.registry import FIGURES, LISTINGS

INTRODUCTION = """\
# Số liệu: mỗi số nghĩa là gì, mở ra đâu

Dành cho mọi người xem số liệu của xã. Trang, văn bản, tệp dùng chung các số dưới đây.

- “Lúc xem” là tình hình lúc mở trang, chọn kỳ nào cũng vậy. “Trong kỳ” là việc có ngày trong kỳ
  đã chọn.
- Bấm vào một số thì mở danh sách đúng bằng số đó: bao nhiêu thì bấy nhiêu dòng. Ở cột tổng số hộ,
  số có mặt thì các dòng cộng lại bằng số đó. Bấm một dòng để mở hồ sơ.
- Chỉ đạo, việc trong kế hoạch, kiến nghị: ngoài Đảng ủy, danh sách chỉ nêu việc của cơ quan, ấp
  mình. Trang nói rõ khi số tính cả việc của nơi khác.
- Danh sách chỉ mở được cho người vốn được xem hồ sơ đó. Người khác thấy số và câu nói vì sao không
  mở được.
- Số “không nêu” không có danh sách. Ngoài Công an không ai mở được danh sách phản ánh.
- Danh sách phản ánh chỉ có mã, giờ nhận, loại tin, trạng thái. Mở danh sách phản ánh hay danh sách
  người thì nhật ký ghi lại.
- Danh sách đếm lúc mở. Số trong báo cáo đã ký giữ nguyên; danh sách mở sau có thể khác.
"""
OF_DIRECTION = (
    "Văn phòng Đảng ủy, cấp ủy viên; Công an xã, Mặt trận, đoàn thể, trưởng ấp, phần của cơ quan, "
    "ấp mình"
)
READERS = {
    "reports.view_tipreport": "Công an xã, phản ánh mình được xem",
    "procedures.view_question": "Công an xã",
    "groups.view_zalogroup": "Công an xã, trưởng ấp, nhóm trong địa bàn",
    "groups.view_member": "Công an xã, trưởng ấp, người trong địa bàn",
    "groups.view_hamlet": "Công an xã, trưởng ấp",
    "groups.view_consultationmeeting": "Công an xã, trưởng ấp",
    "groups.view_regulation": "Công an xã, trưởng ấp",
    "oversight.view_commendation": "chỉ huy Công an xã; cảnh sát khu vực, phần của địa bàn",
    "oversight.view_safetychecklist": "Công an xã, trưởng ấp",
    "broadcasts.view_delivery": "Công an xã, trưởng ấp, nhóm trong địa bàn",
    OVERSEE: "Văn phòng Đảng ủy, cấp ủy viên",
    **dict.fromkeys((VIEW_DIRECTIONS, VIEW_STEPS, VIEW_PROPOSALS), OF_DIRECTION),
}
NO_LIST = "không có danh sách của từng số; trang số liệu nói vì sao, hoặc dẫn tới sổ gốc."


def as_page() -> str:
    """The whole guide."""
    return "\n".join([INTRODUCTION, *_lines()]) + "\n"


def _lines() -> Iterator[str]:
    for key, figure in FIGURES.items():
        yield f"## {figure.name}"
        yield ""
        yield f"{'Lúc xem' if figure.is_of_moment else 'Trong kỳ'}, đơn vị: {figure.unit}."
        yield figure.definition
        yield ""
        yield f"Nguồn: {figure.source} Danh sách: {_behind(key)}"
        yield ""


def _behind(key: str) -> str:
    if key not in LISTINGS:
        return NO_LIST
    listing = LISTINGS[key]
    columns = "; ".join(listing.headings).lower()
    sentence = f"có cột {columns}. Mở được: {READERS[listing.right]}."
    return " ".join([sentence, *listing.unlisted.values()])


GUIDE = "docs/huong-dan/so-lieu.md"


class Command(BaseCommand):
    """`manage.py write_figure_guide`; a test fails when it is outdated."""

    help = "Ghi trang hướng dẫn về số liệu từ định nghĩa của từng số."

    def handle(self, *args: Any, **options: Any) -> None:
        (settings.BASE_DIR / GUIDE).write_text(as_page(), encoding="utf-8")
        self.stdout.write(f"Đã ghi {GUIDE}.")
