"""Acts on many parts of a round at once, from the boxes of its page."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.http import QueryDict

from accounts.scoped_admin.pages import number_of
from accounts.step_pages.declaration import StepForm
from oversight.direction import services as direction
from oversight.direction.admin import CloseForm, ReturnForm
from oversight.direction.models import Direction
from oversight.direction.rounds import services
from oversight.direction.rounds.answers import FILTERS, Answer, Answers
from oversight.direction.rounds.services import Outcome

State = Direction.State
WAITING: Final = frozenset({State.OPEN, State.RETURNED})
# Names of the fields that the boxes and buttons share.
VERB, CHOSEN, ALL, NARROWED = "viec", "chon", "tat-ca", "loc"
NONE_CHOSEN = "Hãy chọn ít nhất một nơi, hoặc chọn mọi nơi đang nêu."
NONE_FITS = "Không nơi nào đang nêu cần việc này."
MOST_NAMED = 5


@dataclass(frozen=True)
class Act:
    """`done` says for how many; `states` are those of the parts that “all” takes."""

    label: str
    done: str
    states: Collection[str]
    do: Callable[[Direction, Any, Mapping[str, Any]], Any]
    form: type[StepForm] | None = None
    tone: str = "plain"


@transaction.atomic
def _accept_and_close(row: Direction, by: Any) -> Direction:
    if row.state != State.ACCEPTED:
        direction.accept(row, by=by)
    return direction.close(row, by=by)


ACTS: Final[Mapping[str, Act]] = {
    "ghi-nhan": Act(
        "Ghi nhận", "Đã ghi nhận trả lời của {n} nơi.", {State.REPLIED},
        lambda row, by, typed: direction.accept(row, by=by), tone="primary",
    ),
    "xong": Act(
        "Ghi nhận và khép lại", "Đã ghi nhận và khép lại {n} nơi.",
        {State.REPLIED, State.ACCEPTED}, lambda row, by, typed: _accept_and_close(row, by),
    ),
    "nhac": Act(
        "Nhắc trả lời", "Đã nhắc {n} nơi.", WAITING,
        lambda row, by, typed: services.remind(row, by=by),
    ),
    "tra-lai": Act(
        "Trả lại, cần bổ sung", "Đã trả lại {n} nơi, kèm hạn mới.", {State.REPLIED},
        lambda row, by, typed: direction.return_for_more(
            row, typed["text"], due_on=typed["due_on"], by=by
        ),
        ReturnForm,
    ),
    "khep-lai": Act(
        "Khép lại", "Đã khép lại {n} nơi.", {*WAITING, State.ACCEPTED},
        lambda row, by, typed: direction.close(row, by=by, text=typed["text"]), CloseForm,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """A request of a browser: the act, the filter, the lines it is for, the form with its words."""

    verb: str
    narrowed: str
    is_all: bool
    chosen: frozenset[int]
    form: StepForm | None = None

    @property
    def act(self) -> Act | None:
        return ACTS.get(self.verb)


def asked_of(post: QueryDict, user: Any) -> Asked:
    verb, narrowed = post.get(VERB, ""), post.get(NARROWED, "")
    form = form_of(verb, user, post)
    chosen = frozenset(map(number_of, post.getlist(CHOSEN)))
    narrowed = narrowed if narrowed in FILTERS else ""
    return Asked(verb, narrowed, ALL in post, chosen, form)


def form_of(verb: str, user: Any, *filled: Any) -> StepForm | None:
    """The form of an act. The browser requires nothing: all acts share the boxes of one form."""
    act = ACTS.get(verb)
    if act is None or act.form is None:
        return None
    return act.form(*filled, user=user, prefix=verb, use_required_attribute=False)


def lines_for(asked: Asked, answers: Answers) -> list[Answer]:
    """The lines that an act is for; “all” leaves out those that it does not fit."""
    act = asked.act
    if act is None:
        return []
    if asked.is_all:
        return [line for line in answers.only(asked.narrowed) if line.part.state in act.states]
    return [line for line in answers.lines if line.part.pk in asked.chosen]


def run(asked: Asked, lines: list[Answer], by: Any) -> Outcome:
    """Do the act for each of the lines."""
    act = ACTS[asked.verb]
    typed = asked.form.cleaned_data if asked.form is not None else {}
    return services.for_each([line.part for line in lines], lambda row: act.do(row, by, typed))


def refused_words(outcome: Outcome) -> str:
    """Sentences about places left as they were, and why."""
    named = [f"{place}: {why}" for place, why in outcome.refused[:MOST_NAMED]]
    more = len(outcome.refused) - len(named)
    return " ".join([*named, *([f"Và {more} nơi khác."] if more else [])])
