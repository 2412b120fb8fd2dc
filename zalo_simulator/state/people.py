"""Followers and writers of the account, and what it knows of them."""

from datetime import datetime, timedelta
from typing import Any, Final

from zalo_simulator.records import Person
from zalo_simulator.state.base import DAY_S, VIETNAM, Base

WINDOW_S: Final = 7 * DAY_S
FREE_S: Final = 48 * 3600
ADMIN_ID: Final = "3000000000000000001"


class PeopleState(Base):
    """People by their number of this account."""

    def ensure_admin(self) -> Person:
        """The person who runs the account; always there, follower of nothing."""
        with self.lock:
            admin = self.people.get(ADMIN_ID)
            if admin is None:
                admin = self.people[ADMIN_ID] = Person(ADMIN_ID, "Quản trị OA", is_admin=True)
            return admin

    def add_person(
        self,
        name: str,
        *,
        id: str = "",
        days_since_interaction: float | None = 0,
        is_follower: bool | None = None,
        **values: Any,
    ) -> Person:
        """Make a person; None days: one who never spoke to the account, and does not follow it."""
        with self.lock:
            person = Person(id or self.long_id(), name)
            person.is_follower = (
                days_since_interaction is not None if is_follower is None else is_follower
            )
            if days_since_interaction is not None:
                person.interacted_at = self.now() - days_since_interaction * DAY_S
            person.followed_at = person.interacted_at if person.is_follower else None
            self.change_person(person, **values)
            self.people[person.id] = person
            self.touch()
            return person

    def add_people(self, count: int, *, name: str = "Bà con", **values: Any) -> list[Person]:
        """Make many people at once, numbered after their name."""
        with self.lock:
            first = len(self.people)
            return [
                self.add_person(f"{name} {first + number}", **values) for number in range(count)
            ]

    def change_person(self, person: Person, **values: Any) -> None:
        """Set what is known of a person, such as `refusal`, `age`, `is_mobile`, `is_admin`."""
        with self.lock:
            unknown = set(values) - (set(Person.__dataclass_fields__) - {"id"})
            if unknown:
                raise TypeError(f"không có mục {', '.join(sorted(unknown))}")
            for name, value in values.items():
                setattr(person, name, value)
            self.touch()

    def silence_s(self, person: Person) -> float | None:
        """How long a person has not spoken to the account; None: never did."""
        return None if person.interacted_at is None else self.now() - person.interacted_at

    def is_within_window(self, person: Person) -> bool:
        silence = self.silence_s(person)
        return silence is not None and silence <= WINDOW_S

    def found_people(
        self, *, is_follower: bool | None = None, period: str = "", tag_name: str = ""
    ) -> list[Person]:
        """People on the list of users: they follow, or have spoken once.

        `period` is Zalo's word: TODAY, YESTERDAY, L7D, L30D or YYYY_MM_DD:YYYY_MM_DD. Raises
        ValueError for another.
        """
        with self.lock:
            begins, ends = self._bounds(period) if period else (0.0, float("inf"))
            return [
                person
                for person in self.people.values()
                if (person.is_follower or person.interacted_at is not None)
                and is_follower in (None, person.is_follower)
                and (not period or begins <= (person.interacted_at or -1) < ends)
                and (not tag_name or tag_name in person.tags)
            ]

    def _bounds(self, period: str) -> tuple[float, float]:
        today = self.local_now().replace(hour=0, minute=0, second=0, microsecond=0)
        tomorrow = today + timedelta(days=1)
        days = {"TODAY": 0, "YESTERDAY": 1, "L7D": 7, "L30D": 30}.get(period)
        if days is not None:
            ends = today if period == "YESTERDAY" else tomorrow
            return (today - timedelta(days=days)).timestamp(), ends.timestamp()
        first, _, last = period.partition(":")
        begins = datetime.strptime(first, "%Y_%m_%d").replace(tzinfo=VIETNAM)
        end = datetime.strptime(last, "%Y_%m_%d").replace(tzinfo=VIETNAM) + timedelta(days=1)
        return begins.timestamp(), end.timestamp()

    # Tags

    def tag(self, person: Person, name: str) -> None:
        """Put a tag on a person; the tag is made where it is new."""
        with self.lock:
            if name not in self.tags:
                self.tags.append(name)
            if name not in person.tags:
                person.tags.append(name)
                self._tell_tag("add_user_to_tag", name, [person.id])

    def untag(self, person: Person, name: str) -> None:
        with self.lock:
            if name in person.tags:
                person.tags.remove(name)
                self._tell_tag("remove_user_from_tag", name, [person.id])

    def remove_tag(self, name: str) -> None:
        """Forget a tag; everybody loses it."""
        with self.lock:
            held = [person for person in self.people.values() if name in person.tags]
            for person in held:
                person.tags.remove(name)
            self.tags.remove(name)
            self._tell_tag("remove_tag", name, [person.id for person in held])

    def _tell_tag(self, event: str, name: str, user_ids: list[str]) -> None:
        self.touch()
        self.emit(event, {"oa_id": self.oa_id, "tag": {"name": name, "user_ids": user_ids}})

    @staticmethod
    def app_id_of(person: Person) -> str:
        """The person's number for the application, which is another than for the account."""
        return f"app{person.id}"
