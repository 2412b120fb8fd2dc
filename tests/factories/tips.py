"""Tips, as the doors take them in."""

from typing import Any

from accounts.models import Commune, User
from reports import intake
from reports.models import TipReport
from tests.factories.accounts import make_commune

WORDS = "Tối nào cũng có người tụ tập đánh bạc sau quán nước."


def make_tip(commune: Commune | None = None, **fields: Any) -> TipReport:
    """A new tip of a web form; `words`, `place`, `hamlet`, `person`, `channel` go to the intake,
    other fields are set on the row afterwards."""
    told = intake.Told(
        words=fields.pop("words", WORDS),
        place=fields.pop("place", ""),
        hamlet=fields.pop("hamlet", None),
    )
    tip = intake.receive(
        commune or (told.hamlet.commune if told.hamlet else make_commune()),
        told,
        channel=fields.pop("channel", TipReport.Channel.WEB_FORM),
        person=fields.pop("person", None),
        by=fields.pop("by", None),
    ).tip
    for name, value in fields.items():
        setattr(tip, name, value)
    if fields:
        tip.save()
    return tip


def make_triaged(commune: Commune | None = None, **fields: Any) -> TipReport:
    """A tip that somebody sorted and summed up."""
    sorted_as = {
        "kind": TipReport.Kind.FEEDBACK,
        "category": TipReport.Category.TTATXH,
        "status": TipReport.Status.TRIAGED,
        "summary": "Tụ tập đánh bạc buổi tối sau một quán nước.",
    }
    return make_tip(commune, **{**sorted_as, **fields})


def make_worked(owner: User, **fields: Any) -> TipReport:
    """A tip that its owner works on."""
    commune = fields.pop("commune", owner.commune)
    return make_triaged(commune, owner=owner, status=TipReport.Status.IN_PROGRESS, **fields)
