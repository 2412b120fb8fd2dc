"""Made-up tips for the demo: all states and channels, talk, terms, referrals, openings."""

from accounts import demo
from reports.demo.making import make
from reports.demo.samples import RECEIPT
from reports.tips.receipts import blocks


def register_part() -> None:
    """The tips of the demo, and the receipt by which one of them can be followed."""
    hint = f"Mã biên nhận để thử tại /phan-anh/tra-cuu/: {' '.join(blocks(RECEIPT))}"
    hint += "\nMã mở danh tính lúc này của chỉ huy, cán bộ mẫu: make codes"
    demo.register("tips", demo.DemoPart(make, hint))
