"""What the form of a tip carries from page to page, sealed, until the last button."""

import secrets
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Self

from accounts.models import Commune
from reports import carrying
from reports.carrying import CannotOpen
from reports.public.effort import Effort

# Every choice of the page that asks what it is about: its words, and the category it stands for.
SUBJECTS: dict[str, tuple[str, str]] = {
    "trat-tu": ("Ồn ào, quậy phá, mất trật tự", "ttatxh"),
    "toi-pham": ("Trộm cướp, đánh nhau, đe dọa, hành hung", "toi-pham"),
    "lua-dao": ("Lừa đảo, giả danh công an, tin giả", "tin-gia"),
    "te-nan": ("Ma túy, cờ bạc, số đề, mại dâm", "te-nan"),
    "chay-no": ("Cháy nổ, chỗ dễ cháy, pháo", "chay-no"),
    "tai-nan": ("Tai nạn, đoạn đường nguy hiểm", "tai-nan"),
    "mau-thuan": ("Chòm xóm, trong nhà lục đục, bạo hành", "mau-thuan"),
    "vi-pham": ("Việc khác làm trái pháp luật", "vi-pham"),
    "gop-y": ("Góp ý với Công an", "khac"),
    "khac": ("Chuyện khác, hoặc không biết chọn gì", ""),
    "thu-tuc": ("Hỏi giấy tờ, thủ tục", "khac"),
    "don": ("Nộp đơn tố cáo, đơn khiếu nại", ""),
}
PROCEDURE, LETTER = "thu-tuc", "don"
PLACES = ("now", "call", "subject", "procedure", "letter", "words", "where", "when", "how", "who",
          "contact", "check")  # fmt: skip
NO_QUESTION = frozenset({"call", "procedure", "letter"})


@dataclass
class Draft:
    """The answers so far. `once` is the form's own name, by which it comes in one time only.

    `is_paid` says that the work asked for was done, so that a picture that is refused afterwards
    does not cost it again.
    """

    answers: dict[str, str] = field(default_factory=dict)
    once: str = field(default_factory=lambda: secrets.token_urlsafe(18))
    effort: Effort | None = None
    is_paid: bool = False

    @classmethod
    def opened(cls, token: str, commune: Commune, *, now: datetime) -> Self:
        """What a hidden field carries. Raises CannotOpen."""
        kept = carrying.open_draft(token, purpose=_purpose(commune), now=now)
        try:
            effort = kept["effort"]
            return cls(
                dict(kept["answers"]), str(kept["once"]), effort and Effort(**effort),
                bool(kept["is_paid"]),
            )  # fmt: skip
        except (KeyError, TypeError, ValueError):
            raise CannotOpen from None

    def sealed(self, commune: Commune, *, now: datetime) -> str:
        """For the hidden field."""
        return carrying.seal_draft(asdict(self), purpose=_purpose(commune), now=now)

    def get(self, name: str) -> str:
        return self.answers.get(name, "")

    @property
    def way(self) -> list[str]:
        """The pages of this form in their order, as the answers so far lead."""
        skipped = set()
        if self.get("now") != "co":
            skipped.add("call")
        if self.get("subject") != PROCEDURE:
            skipped.add("procedure")
        if self.get("subject") != LETTER:
            skipped.add("letter")
        if self.get("who") != "co":
            skipped.add("contact")
        way = [place for place in PLACES if place not in skipped]
        return way[: way.index("letter") + 1] if "letter" in way else way

    def after(self, place: str) -> str:
        """The next page; the last one stays."""
        way = self.way
        at = way.index(place) if place in way else -1
        return way[min(at + 1, len(way) - 1)]

    def before(self, place: str) -> str:
        """The page before; the first one stays."""
        way = self.way
        return way[max(way.index(place) - 1, 0)] if place in way else way[0]

    def number_of(self, place: str) -> tuple[int, int]:
        """“Page 3 of 8”, for pages that ask something."""
        asked = [name for name in self.way if name not in NO_QUESTION]
        return (asked.index(place) + 1 if place in asked else 0), len(asked)


def _purpose(commune: Commune) -> str:
    return f"tip:{commune.pk}"


def as_shown(draft: Draft) -> list[dict[str, Any]]:
    """The answers as the last page lists them: asked, said, and where it is changed."""
    subject = SUBJECTS.get(draft.get("subject"), ("", ""))[0]
    person = "\n".join(filter(None, (draft.get("name"), draft.get("phone"))))
    rows = [
        ("now", "Đang xảy ra ngay lúc này", "Có" if draft.get("now") == "co" else "Không"),
        ("subject", "Về chuyện gì", subject),
        ("words", "Chuyện kể", draft.get("words")),
        ("where", "Ở đâu", "\n".join(filter(None, (draft.get("hamlet_name"), draft.get("place"))))),
        ("when", "Lúc nào", "\n".join(filter(None, (draft.get("when"), draft.get("on_said"))))),
        ("how", "Vì sao biết", draft.get("how")),
        ("who", "Người báo tin", person or "Không nêu tên"),
    ]
    return [{"place": place, "asked": asked, "said": said} for place, asked, said in rows]
