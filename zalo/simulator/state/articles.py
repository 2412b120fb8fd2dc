"""Articles and how they travel to followers."""

import secrets
from typing import Any, Final

from zalo.simulator.records import Article, Broadcast, Draft, Person
from zalo.simulator.state.people import PeopleState
from zalo.simulator.state.settings import PROFILES

LONGEST_DELAY_S: Final = 30 * 60
AGES: Final = (12, 17, 24, 34, 44, 54, 64)
NORTH: Final = frozenset(
    (2, 7, 8, 9, 10, 21, 22, 23, 24, 25, 26, 27, 37, 38, 40, 41, 42, 43, 56, 57, 58, 59, 60, 61, 62)
)
CENTRE: Final = frozenset(
    (6, 17, 18, 19, 20, 30, 31, 32, 33, 34, 35, 36, 39, 50, 51, 52, 53, 54, 55)
)
ABROAD: Final = 63


class ArticleState(PeopleState):
    """An article is asked for, made in the background, and sent on later."""

    def draft_article(self, values: dict[str, Any], article_id: str = "") -> Draft:
        """Begin to make an article, or to change the one that is named."""
        with self.lock:
            draft = Draft(
                secrets.token_urlsafe(48), article_id, values, self.settings.article_rounds
            )
            self.drafts[draft.token] = draft
            self.touch()
            return draft

    def verify_article(self, draft: Draft) -> Article | None:
        """The article of a token, once it has been made; None while it is not."""
        with self.lock:
            if not draft.is_done and draft.rounds_left > 0:
                draft.rounds_left -= 1
                self.touch()
                return None
            if not draft.is_done:
                draft.is_done = True
                draft.article_id = self._make(draft)
                self.touch()
            return self.articles.get(draft.article_id)

    def _make(self, draft: Draft) -> str:
        now = self.now()
        known = self.articles.get(draft.article_id)
        if known is not None:
            known.values, known.updated_at = known.values | draft.values, now
            return known.id
        if draft.article_id:  # removed while it was being changed
            return draft.article_id
        article = Article(secrets.token_hex(10), draft.values, now, now)
        self.articles[article.id] = article
        return article.id

    def remove_article(self, article_id: str) -> bool:
        with self.lock:
            self.touch()
            return self.articles.pop(article_id, None) is not None

    def broadcast(self, article_id: str, target: dict[str, str]) -> Broadcast:
        """Accept an article for the followers; it arrives within half an hour."""
        with self.lock:
            delay = 60 + secrets.randbelow(LONGEST_DELAY_S - 60)
            sent = Broadcast(
                secrets.token_hex(10), article_id, target, self.now(), self.now() + delay
            )
            self.broadcasts.append(sent)
            self.stats["broadcasts"] += 1
            self.fall_due(sent.due_at)
            self.touch()
            return sent

    def _settle(self) -> None:
        super()._settle()
        now = self.now()
        for sent in self.broadcasts:
            if sent.is_done:
                continue
            if sent.due_at <= now:
                self._deliver(sent)
            else:
                self.fall_due(sent.due_at)

    def _deliver(self, sent: Broadcast) -> None:
        """One article a day for each follower, and no more in a month than the package gives."""
        sent.is_done = True
        allowance = self.article_allowance()
        day = self.local(sent.due_at).date()
        for person in self.people.values():
            if not person.is_follower or not is_targeted(person, sent.target):
                continue
            has_one_today = any(self.local(at).date() == day for at in person.articles_at)
            is_used_up = self.articles_this_month(person, sent.due_at) >= allowance
            if has_one_today or is_used_up or person.refusal:
                sent.skipped.append(person.id)
                continue
            person.articles_at = [*person.articles_at[-30:], sent.due_at]
            sent.delivered.append(person.id)
        self.stats["articles_delivered"] += len(sent.delivered)
        self.stats["articles_skipped"] += len(sent.skipped)

    def article_allowance(self) -> int:
        """How many articles a follower may be sent in a month."""
        return int(PROFILES[self.settings.profile]["articles"])

    def articles_this_month(self, person: Person, at: float) -> int:
        month = self.local(at).timetuple()[:2]
        return sum(self.local(sent_at).timetuple()[:2] == month for sent_at in person.articles_at)

    def articles_of(self, person: Person) -> list[tuple[float, Article]]:
        """What a person was sent, with its time, the latest first."""
        with self.lock:
            found = [
                (sent.due_at, self.articles[sent.article_id])
                for sent in self.broadcasts
                if sent.is_done and sent.article_id in self.articles and person.id in sent.delivered
            ]
            return found[::-1]


def is_targeted(person: Person, target: dict[str, str]) -> bool:
    """Whether a person is one of those whom a broadcast is for; Zalo knows provinces at best."""
    wanted = {name: {int(part) for part in value.split(",")} for name, value in target.items()}
    if (ages := wanted.get("ages")) and age_band(person.age) not in ages:
        return False
    genders = wanted.get("gender")
    if genders and 0 not in genders and person.gender not in genders:
        return False
    if (platforms := wanted.get("platform")) and person.platform not in platforms:
        return False
    if cities := wanted.get("cities"):
        return person.city in cities
    places = wanted.get("locations")
    return not places or region_of(person.city) in places


def age_band(age: int) -> int:
    return next((band for band, last in enumerate(AGES) if age <= last), len(AGES))


def region_of(city: int) -> int | None:
    """0 North, 1 Centre, 2 South; None: abroad."""
    if city == ABROAD:
        return None
    return 0 if city in NORTH else 1 if city in CENTRE else 2
