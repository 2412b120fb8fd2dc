"""What the simulated Zalo remembers: the account, its tokens, groups, people, messages, articles.

One lock guards everything. With a file the state is written there, whole and atomically, at most
once a second, so that a demo starts again where it stopped.
"""

from pathlib import Path
from typing import Any

from zalo.simulator.records import Message
from zalo.simulator.state.base import Listener
from zalo.simulator.state.keeping import KeptState
from zalo.simulator.state.messages import ATTACHMENT_LIFE_S
from zalo.simulator.state.settings import DEFAULT_APP_ID, DEFAULT_OA_ID, PERMISSIONS, PROFILES
from zalo.simulator.state.tokens import ACCESS_TOKEN_LIFE_S, REFRESH_TOKEN_LIFE_S

__all__ = [
    "ACCESS_TOKEN_LIFE_S",
    "ATTACHMENT_LIFE_S",
    "DEFAULT_APP_ID",
    "DEFAULT_OA_ID",
    "PERMISSIONS",
    "PROFILES",
    "REFRESH_TOKEN_LIFE_S",
    "Listener",
    "SimulatorState",
]


class SimulatorState(KeptState):
    """Everything that the simulator knows; every method is safe to call from any thread.

    What is given beyond the names is a setting (`Settings`); with a file, what the file says
    counts unless it is given here.
    """

    def __init__(
        self,
        *,
        path: Path | None = None,
        oa_id: str = DEFAULT_OA_ID,
        oa_name: str = "Công an xã Bình Yên",
        app_id: str = DEFAULT_APP_ID,
        app_secret: str = "",
        access_token: str = "",
        refresh_token: str = "",
        **settings: Any,
    ) -> None:
        super().__init__(
            oa_id=oa_id,
            oa_name=oa_name,
            app_id=app_id,
            app_secret=app_secret,
            access_token=access_token,
            refresh_token=refresh_token,
        )
        if path is not None:
            self.keep_in(path)
        self.settings.change(**settings)
        self.ensure_admin()

    @property
    def profile(self) -> str:
        """The kind of account that is played."""
        return self.settings.profile

    def change_settings(self, **values: Any) -> None:
        """Change how the account and its application are set up while the simulator runs."""
        with self.lock:
            self.settings.change(**values)
            self.touch()

    def seen_in_group(self, user_id: str, group_id: str) -> list[Message]:
        """What a member reads in a group: since joining, or all of it where the group says so."""
        with self.lock:
            group = self.groups.get(group_id)
            if group is None or user_id not in group.members:
                return []
            since = 0.0 if group.enable_msg_history else group.members[user_id]
            return [message for message in self.messages_of(group_id) if message.at >= since]

    def reset(self, *, keep_groups: bool = True) -> None:
        """Forget messages, uploads, articles and counts; groups and people too unless kept."""
        with self.lock:
            self.messages.clear()
            self._index()
            self.attachments.clear()
            self.articles.clear()
            self.drafts.clear()
            self.broadcasts.clear()
            self.stats.clear()
            self.calls_by_second.clear()
            self.reset_rates()
            if not keep_groups:
                self.groups.clear()
                self.assets.clear()
                self.people.clear()
                self.tags.clear()
                self.ensure_admin()
            self.touch()
