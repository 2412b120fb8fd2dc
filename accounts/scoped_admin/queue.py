"""“Việc của tôi”: the one queue of the home page, over open occasions and work lists.

Each matter stands in it once, whatever lists name it, in the order of level and due time and of
nothing else, under the hour at which it wants a person. Chips leave one kind (`?loc=`) or one hour
(`?gio=`) of it; both are plain addresses.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils import timezone

from accounts.scoped_admin.account_ahead import know_commune, role_names
from accounts.scoped_admin.hours import KNOW, NOW, TITLES, TODAY, WEEK, due_words, hour_of
from accounts.scoped_admin.request_cache import read_ahead, reading_once
from accounts.scoped_admin.terms import PLAIN, Term
from accounts.scoped_admin.work_lists import (
    Act,
    Level,
    Place,
    WorkItem,
    WorkList,
    lists_read_ahead,
)

# Cards that stand open: at most so many in all, and of each hour; what is only to know unfolds. The
# next ones of an hour unfold too, and what is still more has a page of its own.
SHOWN_IN_ALL: Final = 5
OPEN_OF_HOUR: Final = {NOW: 3, TODAY: 4, WEEK: 1, KNOW: 0}
UNFOLDED: Final = 12
ACTS: Final = 2
KINDS: Final = {
    "reports": "Phản ánh",
    "broadcasts": "Bài đăng",
    "groups": "Nhóm, bà con",
    "procedures": "Thủ tục",
    "oversight": "Chỉ đạo, tổng kết",
    "duty": "Trực, báo việc",
    "zalo": "Hệ thống",
    "accounts": "Hệ thống",
}


@dataclass(slots=True)
class Card:
    """One matter, with what all lists say of it."""

    title: str
    url: str
    kinds: set[str]
    level: Level
    acts: list[Act]
    labels: list[str]
    notes: list[str]
    is_urgent: bool
    presses: bool
    terms: list[tuple[datetime, Term]] = field(default_factory=list)
    # Terms of occasions, which say of themselves no more than that something is due.
    plain_terms: list[tuple[datetime, Term]] = field(default_factory=list)
    lead: str = ""
    is_in_charge: bool = False
    # Words of occasions beside those of lists, each with who took it.
    asides: list[tuple[str, str]] = field(default_factory=list)
    is_taken: bool = False
    is_others: bool = False
    # How many more of its list there are, for which it stands: it leads to all of them.
    stands_for: int = 1
    # What is due and until when, in words; and whether that has passed.
    due: str = ""
    is_late: bool = False

    @property
    def sentence(self) -> str:
        """Place and who has it; its kinds by its lists; since when, and what else they say."""
        takers = list(dict.fromkeys(taker for _words, taker in self.asides if taker))
        front = takers if len(takers) == 1 else []
        asides = [
            f"{words}, {taker}." if taker and not front else f"{words}."
            for words, taker in self.asides
        ]
        words_so_far = " ".join([self.lead, *self.notes]).casefold()
        return " ".join([
            *([self.lead] if self.lead else []),
            *(f"{taker[:1].upper()}{taker[1:]}." for taker in front),
            *(f"{label}." for label in self.labels),
            *self.notes,
            *(one for one in asides if one.rstrip(".").casefold() not in words_so_far),
        ])  # fmt: skip

    @property
    def due_at(self) -> datetime | None:
        """The first moment by which something of it is due."""
        standing = self._standing([*self.terms, *self.plain_terms])
        return min((at for at, _term in standing), default=None)

    @property
    def shown_term(self) -> tuple[datetime, Term] | None:
        """The first term with a name; one of an occasion where there is no other."""
        standing = self._standing(self.terms) or self._standing(self.plain_terms)
        return min(standing, key=lambda one: one[0], default=None)

    def _standing(self, terms: list[tuple[datetime, Term]]) -> list[tuple[datetime, Term]]:
        return [one for one in terms if not (self.is_taken and one[1].ends_when_taken)]

    @property
    def buttons(self) -> list[Act]:
        """Its one or two buttons; a page to work on comes first."""
        return sorted(self.acts, key=lambda act: act.posts)[:ACTS]

    @property
    def opened_at(self) -> str:
        """Address behind its title: the page of its first button."""
        return self.buttons[0].url


@dataclass(slots=True)
class Hour:
    """The cards of one hour."""

    key: str
    cards: list[Card] = field(default_factory=list)
    address: str = ""
    most: int = 0
    is_whole: bool = False

    @property
    def title(self) -> str:
        return TITLES[self.key]

    @property
    def number(self) -> int:
        return sum(card.stands_for for card in self.cards)

    @property
    def open_cards(self) -> list[Card]:
        return self.cards if self.is_whole else self.cards[: self.most]

    @property
    def folded(self) -> list[Card]:
        return [] if self.is_whole else self.cards[self.most : UNFOLDED]

    @property
    def left(self) -> int:
        """How many matters stand neither open nor folded."""
        return self.number - sum(card.stands_for for card in (*self.open_cards, *self.folded))

    @property
    def number_folded(self) -> int:
        """How many are not shown at once."""
        return self.number - sum(card.stands_for for card in self.open_cards)


@dataclass(frozen=True, slots=True)
class Chip:
    """A way to leave one kind or hour of the queue."""

    words: str
    address: str
    number: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class FirstDays:
    """The card of the first days: steps, how many are done, and the next one."""

    title: str
    steps: list[WorkItem]

    @property
    def number_done(self) -> int:
        return sum(step.is_done for step in self.steps)

    @property
    def next(self) -> WorkItem:
        """The first open step that this account can take, else the first open one."""
        left = [step for step in self.steps if not step.is_done]
        return next((step for step in left if step.url), left[0])


@dataclass(slots=True)
class Queue:
    """The hours, chips and numbers of the home page."""

    hours: list[Hour]
    chips: list[Chip]
    number: int
    is_filtered: bool
    presses: bool

    @property
    def is_done(self) -> bool:
        """Whether nothing waits: what is there to know waits for nobody."""
        return not any(hour.cards for hour in self.hours if hour.key != KNOW)


def cards_of(lists: Iterable[WorkList], now: datetime) -> list[Card]:
    """Each matter once, in order."""
    found: dict[str, Card] = {}
    rest: list[Card] = []
    queued = [made for made in lists if made.place == Place.QUEUE]
    for made in sorted(queued, key=lambda one: one.is_said_last):
        for item in made.items:
            card = _card(item, made)
            known = found.get(item.key) if item.key else None
            if known is not None:
                _join(known, card, item, made)
            elif item.key:
                found[item.key] = card
            else:
                rest.append(card)
        if made.url and 0 < len(made.items) < made.count:
            rest.append(_more(made))
    return sorted([*found.values(), *rest], key=_rank)


def _card(item: WorkItem, made: WorkList) -> Card:
    level = made.level if item.level is None else item.level
    if item.presses:
        level = Level.NOW
    elif item.is_urgent:
        level = min(level, Level.HOURS)
    acts = list(item.acts)
    app = item.key.partition(".")[0] or made.app
    terms = [(item.due_at, item.term)] if item.due_at else []
    return Card(
        title=item.title,
        url=item.url,
        kinds={KINDS[app if app in KINDS else made.app]},
        level=level,
        terms=[] if made.is_said_last else terms,
        plain_terms=terms if made.is_said_last else [],
        acts=acts if any(not act.posts for act in acts) else [Act(made.verb, item.url), *acts],
        labels=[] if made.is_said_last or made.says_late else [made.title],
        notes=[item.note] if item.note else [],
        lead=item.lead,
        is_in_charge=item.is_in_charge,
        is_urgent=item.is_urgent,
        presses=item.presses,
        is_taken=item.is_taken,
        is_others=item.is_others,
    )


def _more(made: WorkList) -> Card:
    """The matters of a list beyond the rows that were read."""
    number = made.count - len(made.items)
    return Card(
        title=f"Còn {number} việc: {made.title}",
        url=made.url,
        kinds={KINDS[made.app]},
        level=made.level,
        acts=[Act("Mở danh sách", made.url)],
        labels=[],
        notes=[],
        is_urgent=False,
        presses=False,
        stands_for=number,
    )


def _join(known: Card, card: Card, item: WorkItem, made: WorkList) -> None:
    """One matter of several lists: the gravest level and the first term count.

    The words of the first list stay; those of the others follow, and so do their buttons. Where
    somebody is in charge, that nobody took the occasion of it is not said.
    """
    known.kinds |= card.kinds
    known.level = min(known.level, card.level)
    known.terms += card.terms
    known.plain_terms += card.plain_terms
    known.lead = known.lead or card.lead
    known.is_in_charge |= card.is_in_charge
    known.labels += [label for label in card.labels if label not in known.labels]
    if item.aside:
        is_said = item.is_taken or not known.is_in_charge
        known.asides.append((item.aside, item.taker if is_said else ""))
    else:
        known.notes += [one for one in card.notes if one not in known.notes]
    pages = {act.url for act in known.acts}
    more = [act for act in card.acts if act.posts or not made.is_said_last]
    known.acts += [act for act in more if act.url not in pages]
    known.is_urgent |= card.is_urgent
    known.presses |= card.presses
    known.is_taken |= card.is_taken
    known.is_others |= card.is_others


def _rank(card: Card) -> tuple[Any, ...]:
    due = card.due_at.timestamp() if card.due_at else float("inf")
    return card.level, due, card.stands_for > 1


def queue_of(lists: list[WorkList], now: datetime, *, kind: str = "", hour: str = "") -> Queue:
    """The queue as its page shows it, with what the chips leave of it."""
    cards = cards_of(lists, now)
    kind = kind if kind in set(KINDS.values()) else ""
    hour = hour if hour in TITLES else ""
    placed = [
        (hour_of(one.level, one.due_at, now, is_others=one.is_others), one)
        for one in cards
        if not kind or kind in one.kinds
    ]
    hours = {key: Hour(key, address=address(kind=kind, hour=key)) for key in TITLES}
    for key, card in placed:
        due_at, term = card.shown_term or (None, PLAIN)
        card.due = due_words(due_at, now, term)
        card.is_late = due_at is not None and due_at < now
        hours[key].cards.append(card)
    left = SHOWN_IN_ALL
    for one in hours.values():
        one.is_whole = one.key == hour
        one.most = min(left, OPEN_OF_HOUR[one.key], len(one.cards))
        left -= one.most
    return Queue(
        hours=[one for one in hours.values() if hour in ("", one.key)],
        chips=_chips(cards, kind, hour),
        number=sum(card.stands_for for _key, card in placed),
        is_filtered=bool(kind or hour),
        presses=any(card.presses and not card.is_others for card in cards),
    )


def _chips(cards: list[Card], kind: str, hour: str) -> list[Chip]:
    numbers: Counter[str] = Counter()
    for card in cards:
        numbers.update(dict.fromkeys(card.kinds, card.stands_for))
    if len(numbers) < 2 and not (kind or hour):
        return []
    whole = sum(card.stands_for for card in cards)
    chips = [Chip("Tất cả", "?", whole, not (kind or hour))]
    for name in dict.fromkeys(KINDS.values()):
        if numbers[name]:
            chips.append(Chip(name, address(kind=name), numbers[name], name == kind))
    if hour:
        chips.append(Chip(TITLES[hour], address(kind=kind), 0, is_chosen=True))
    return chips


def address(*, kind: str = "", hour: str = "") -> str:
    """The home page with a kind and an hour chosen."""
    chosen = {"loc": kind, "gio": hour}
    return f"?{urlencode({name: value for name, value in chosen.items() if value})}"


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Adds the queue to the context of the admin's index page."""
    now = timezone.localtime()
    user: Any = request.user
    with reading_once():
        read_ahead(user)
        know_commune(user)
        lists = lists_read_ahead(user, now)
        context["role_names"] = ", ".join(role_names(user))
    kind = request.GET.get("loc", "")
    context["work_lists"] = lists
    context["queue"] = queue_of(lists, now, kind=kind, hour=request.GET.get("gio", ""))
    context["first_days"] = [
        FirstDays(made.title, made.items) for made in lists if made.place == Place.FIRST
    ]
    context["begins"] = [action for made in lists for action in made.actions]
    context["lines"] = [made for made in lists if made.place in (Place.LINE, Place.NEXT)]
    context["comes_next"] = [
        item for made in lists if made.place == Place.NEXT for item in made.items
    ]
    context["readings"] = [made for made in lists if made.place == Place.READING]
    context["works"] = not context["readings"] or any(
        made.place in (Place.LINE, Place.QUEUE) for made in lists
    )
    context["links"] = [item for made in lists if made.place == Place.FOOT for item in made.items]
    context["now"] = now
    return context
