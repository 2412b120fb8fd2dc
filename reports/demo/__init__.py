"""Made-up tips for the demo: every state, every door, with talk, terms, referrals and openings."""

from accounts import demo
from reports.demo.making import make
from reports.demo.told import RECEIPT
from reports.tips.receipts import blocks


def register_part() -> None:
    """The tips of the demo, and the receipt by which one of them can be followed."""
    told = f"Mã biên nhận để thử tại /phan-anh/tra-cuu/: {' '.join(blocks(RECEIPT))}"
    demo.register("tips", demo.DemoPart(make, told))
