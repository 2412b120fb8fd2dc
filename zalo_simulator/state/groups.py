"""Groups of the account: their places, their people, who may come in, when they end."""

import secrets
from datetime import timedelta
from typing import Any, Final

from zalo_simulator.records import Asset, Group, Person
from zalo_simulator.state.base import DAY_S, as_day, day_end
from zalo_simulator.state.people import PeopleState

PRODUCTS: Final = {"gmf10": 10, "gmf50": 50, "gmf100": 100, "gmf1000": 1000}
DISSOLVED_AFTER_S: Final = 45 * DAY_S
FILL_NAME: Final = "Bà con"


class GroupState(PeopleState):
    """Events in groups, by account or person; each sends a webhook."""

    # Places

    def add_asset(self, product_type: str = "gmf100", **values: Any) -> Asset:
        """Give the account a place for one more group; `days_left` instead of `valid_through`."""
        with self.lock:
            if product_type not in PRODUCTS:
                raise ValueError(f"product_type là một trong {', '.join(PRODUCTS)}")
            days_left = values.pop("days_left", None)
            if days_left is not None:
                last = self.local_now() + timedelta(days=days_left)
                values["valid_through"] = as_day(last)
            asset = Asset(str(values.pop("id", "")) or secrets.token_hex(4), product_type, **values)
            self.assets[asset.id] = asset
            self.fall_due(day_end(asset.valid_through))
            self.touch()
            return asset

    def asset_error(self, asset: Asset | None, *, group_id: str = "") -> int:
        """Why this place cannot take the group: -238, -241, or 0 where it can."""
        if asset is None or self.now() >= day_end(asset.valid_through):
            return -238
        if asset.used_id and asset.used_id != group_id:
            return -241 if asset.is_free else -238
        return 0

    def move_to_asset(self, group: Group, asset: Asset) -> None:
        """Put a group on another place; the one before is free again, unless it was a gift."""
        with self.lock:
            if group.asset_id != asset.id:
                self._release(group)
            asset.used_id = group.id
            group.asset_id, group.max_member = asset.id, PRODUCTS[asset.product_type]
            group.status = "enabled"
            self.fall_due(day_end(asset.valid_through))
            self.touch()

    def _release(self, group: Group) -> None:
        old = self.assets.get(group.asset_id)
        if old is not None and not old.is_free:
            old.used_id = ""

    # Making and ending

    def add_group(self, name: str, *, kind: str = "oa", **values: Any) -> Group:
        """Make a group at once, or rename and return the one that has the given id."""
        with self.lock:
            group_id = str(values.pop("id", "") or secrets.token_hex(10))
            group = self.groups.get(group_id)
            if group is None:
                group = Group(id=group_id, name=name, kind=kind)
                group.link = f"https://zalo.me/g/{secrets.token_hex(5)}"
                self.groups[group_id] = group
                if kind == "oa":
                    group.members[self.ensure_admin().id] = self.now()
                    self._give_asset(group, values)
            group.name, group.kind = name, kind
            for key, value in values.items():
                if value is not None and hasattr(group, key):
                    setattr(group, key, value)
            self.touch()
            return group

    def _give_asset(self, group: Group, values: dict[str, Any]) -> None:
        size = values.get("max_member") or 100
        if not values.get("max_member") and (values.get("total_member") or 0) > size:
            size = 1000
        about = {
            name: values[name]
            for name in ("days_left", "valid_through", "auto_renew", "is_free")
            if name in values
        }
        product = next((name for name, cap in PRODUCTS.items() if cap >= size), "gmf1000")
        asset = self.add_asset(product, id=values.get("asset_id", ""), **about)
        asset.used_id, group.asset_id = group.id, asset.id
        group.max_member = PRODUCTS[product]

    def create_group(self, name: str, asset: Asset, people: list[Person], **values: Any) -> Group:
        """The account makes a group of these people."""
        with self.lock:
            group = Group(id=secrets.token_hex(10), name=name, lock_send_msg=False, join_appr=False)
            group.link = f"https://zalo.me/g/{secrets.token_hex(5)}"
            for key, value in values.items():
                setattr(group, key, value)
            self.groups[group.id] = group
            self.move_to_asset(group, asset)
            group.members = {person.id: self.now() for person in people}
            group.total_member = 1 + len(people)
            group.deputies = [person.id for person in people if person.is_admin]
            self._tell(group, "create_group", [person.id for person in people])
            return group

    def dissolve(self, group: Group) -> None:
        """End a group; its messages stay with nobody, its number is unknown from now on."""
        with self.lock:
            group.status = "dissolved"
            self._release(group)
            self._tell(group, "disperse_group")

    def dissolved_at(self, group: Group) -> float:
        """When a group that has lapsed is dissolved unless it is renewed."""
        asset = self.assets.get(group.asset_id)
        return day_end(asset.valid_through) + DISSOLVED_AFTER_S if asset else float("inf")

    def _settle(self) -> None:
        super()._settle()
        now = self.now()
        for asset in self.assets.values():
            while asset.auto_renew and day_end(asset.valid_through) <= now:
                last = self.local(day_end(asset.valid_through)) + timedelta(days=364)
                asset.valid_through = as_day(last)
                self.stats["assets_renewed"] += 1
            if day_end(asset.valid_through) > now:
                self.fall_due(day_end(asset.valid_through))
        for group in list(self.groups.values()):
            held = self.assets.get(group.asset_id)
            if group.kind != "oa" or group.status == "dissolved" or held is None:
                continue
            if self.dissolved_at(group) <= now:
                self.dissolve(group)
            elif day_end(held.valid_through) <= now:
                group.status = "disabled"
                self.fall_due(self.dissolved_at(group))

    # People

    def roster(self, group: Group) -> list[str]:
        """The people of a group, in the order in which they came; heads without a name get one."""
        with self.lock:
            while 1 + len(group.members) < group.total_member:
                person = self.add_person(
                    f"{FILL_NAME} {len(self.people)}", days_since_interaction=None
                )
                group.members[person.id] = self.now()
            return list(group.members)

    def may_be_invited(self, person: Person) -> bool:
        """Followers, and those who have spoken within seven days."""
        return person.is_follower or person.is_admin or self.is_within_window(person)

    def is_full(self, group: Group, more: int = 1) -> bool:
        return group.total_member + more > group.max_member

    def let_in(self, group: Group, user_ids: list[str]) -> None:
        """These people are inside now."""
        with self.lock:
            new = [user_id for user_id in user_ids if user_id not in group.members]
            for user_id in new:
                group.members[user_id] = self.now()
                group.total_member += 1
            group.pending = [user_id for user_id in group.pending if user_id not in user_ids]
            group.invited = [user_id for user_id in group.invited if user_id not in user_ids]
            if new:
                self._tell(group, "user_join_group", new)

    def invite(self, group: Group, user_ids: list[str]) -> None:
        """The account invites: inside at once, or waiting for the person's word by the setting."""
        with self.lock:
            if not self.settings.is_invite_waiting:
                self.let_in(group, user_ids)
                return
            fresh = {*user_ids} - {*group.members} - {*group.invited}
            group.invited += [user_id for user_id in user_ids if user_id in fresh]
            self.touch()

    def accept_invitation(self, user_id: str, group_id: str) -> None:
        """An invited person agrees."""
        with self.lock:
            group = self._living(group_id)
            if user_id not in group.invited:
                raise ValueError("Người này chưa được mời vào nhóm.")
            if self.is_full(group):
                raise ValueError("Nhóm đã đủ người.")
            self.let_in(group, [user_id])

    def join_by_link(self, user_id: str, group_id: str) -> str:
        """A person opens the link: “joined”, or “asked” where the group asks for approval.

        Raises ValueError with a sentence where the group takes nobody in this way.
        """
        with self.lock:
            group = self._living(group_id)
            if user_id in group.members:
                raise ValueError("Người này đã ở trong nhóm.")
            if not group.enable_link_join:
                raise ValueError("Nhóm này không cho vào bằng liên kết.")
            if self.is_full(group):
                raise ValueError("Nhóm đã đủ người.")
            if not group.join_appr:
                self.let_in(group, [user_id])
                return "joined"
            if user_id not in group.pending:
                group.pending.append(user_id)
                self._tell(group, "user_request_join_group", [user_id])
            return "asked"

    def approve(self, group: Group, user_ids: list[str]) -> None:
        """The account lets people of the queue in."""
        with self.lock:
            self._tell(group, "accept_request_join_group", user_ids)
            self.let_in(group, user_ids)

    def reject(self, group: Group, user_ids: list[str]) -> None:
        """The account sends people of the queue away."""
        with self.lock:
            group.pending = [user_id for user_id in group.pending if user_id not in user_ids]
            self._tell(group, "reject_request_join_group", user_ids)

    def take_out(self, group: Group, user_ids: list[str]) -> None:
        """These people are outside now, by the account or by themselves."""
        with self.lock:
            for user_id in user_ids:
                del group.members[user_id]
                group.total_member -= 1
            group.deputies = [user_id for user_id in group.deputies if user_id not in user_ids]
            self._tell(group, "user_out_group", user_ids)

    def leave_group(self, user_id: str, group_id: str) -> None:
        """A person leaves by himself."""
        with self.lock:
            group = self._living(group_id)
            if user_id not in group.members:
                raise ValueError("Người này không ở trong nhóm.")
            self.take_out(group, [user_id])

    def set_deputies(self, group: Group, user_ids: list[str], *, are_deputies: bool) -> None:
        """Make deputies of members, or members of deputies."""
        with self.lock:
            deputies = [user_id for user_id in group.deputies if user_id not in user_ids]
            group.deputies = deputies + user_ids if are_deputies else deputies
            self._tell(group, "add_group_admin" if are_deputies else "remove_group_admin", user_ids)

    def change_group(self, group: Group, **values: Any) -> None:
        """Change name, picture, description or settings."""
        with self.lock:
            for name, value in values.items():
                setattr(group, name, value)
            self._tell(group, "update_group_info")

    def may_write(self, user_id: str, group_id: str) -> bool:
        """Whether this person may say something in the group: inside, and not locked out."""
        with self.lock:
            group = self.groups.get(group_id)
            if group is None or group.status != "enabled" or user_id not in group.members:
                return False
            return not group.lock_send_msg or user_id in group.deputies

    def _living(self, group_id: str) -> Group:
        self.settle()
        group = self.groups.get(group_id)
        if group is None or group.kind != "oa" or group.status == "dissolved":
            raise ValueError("Không có nhóm này.")
        if group.status != "enabled":
            raise ValueError("Nhóm này đang bị tắt.")
        return group

    def _tell(self, group: Group, event: str, user_ids: list[str] | None = None) -> None:
        self.touch()
        users = {} if user_ids is None else {"users": [{"id": user_id} for user_id in user_ids]}
        self.emit(event, {"oa_id": self.oa_id, "group_id": group.id, **users})
