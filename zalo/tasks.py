"""Doors for the worker: each calls one thing."""

from datetime import UTC, datetime
from typing import Any

from celery import shared_task
from celery.signals import task_postrun

from accounts.work_budget import WorkBudget
from zalo import services
from zalo.followers import follower_lists
from zalo.hold import history as group_history
from zalo.hold import services as hold
from zalo.inbox import files, history, interpreting
from zalo.official_accounts import call_log
from zalo.tokens import consenting
from zalo.tokens import services as tokens

HINT_LIFE_S = 10
PAUSE_S = 5


@shared_task(name="zalo.refresh_tokens", ignore_result=True, soft_time_limit=200, time_limit=240)
def refresh_tokens() -> dict[str, int]:
    """Renew what is past half its life, keep idle accounts alive, look after failing ones.

    First of all bring to an end what was received and not saved.
    """
    return consenting.settle_received() | tokens.refresh_due() | services.check_accounts()


@shared_task(name="zalo.watch_gate", ignore_result=True, soft_time_limit=20, time_limit=30)
def watch_gate() -> None:
    """Look whether the data are those that sent last, and leave a witness outside of them."""
    hold.beat()


@shared_task(
    name="zalo.ask_history_of_groups", ignore_result=True, soft_time_limit=120, time_limit=150
)
def ask_history_of_groups() -> None:
    """Ask Zalo what of ours stands in groups, and soon come back for the rest."""
    if group_history.ask(WorkBudget()):
        ask_history_of_groups.apply_async(countdown=PAUSE_S)


@shared_task(
    name="zalo.read_histories_since", ignore_result=True, soft_time_limit=60, time_limit=90
)
def read_histories_since(moment: float) -> None:
    """Have every account's chats read for what was written while data were lost."""
    history.start_all(since=datetime.fromtimestamp(moment, UTC))


@shared_task(name="zalo.interpret_events", ignore_result=True, soft_time_limit=120, time_limit=150)
def interpret_events() -> None:
    """Interpret what waits in the inbox, and come back at once when only the time was up."""
    did = interpreting.interpret_due()
    if did.get("files"):
        fetch_files.apply_async(expires=HINT_LIFE_S)
    if did.get("more"):
        interpret_events.apply_async(expires=HINT_LIFE_S)


@shared_task(name="zalo.fetch_files", ignore_result=True, soft_time_limit=150, time_limit=180)
def fetch_files() -> None:
    """Fetch some of the files that residents sent, and come back at once while others wait."""
    if files.fetch_due().get("more"):
        fetch_files.apply_async(expires=HINT_LIFE_S)


@shared_task(name="zalo.read_followers", ignore_result=True, soft_time_limit=120, time_limit=150)
def read_followers(sync_id: int) -> None:
    """Go on reading a list of followers."""
    follower_lists.read_on(sync_id, WorkBudget())


@shared_task(name="zalo.read_history", ignore_result=True, soft_time_limit=120, time_limit=150)
def read_history(reading_id: int) -> None:
    """Go on looking for messages that nobody heard."""
    history.read_on(reading_id, WorkBudget())


@shared_task(
    name="zalo.start_follower_lists", ignore_result=True, soft_time_limit=60, time_limit=90
)
def start_follower_lists() -> None:
    """Every night: have the lists of all accounts read, and look for messages that were missed."""
    follower_lists.start_all()
    history.start_all()


@shared_task(
    name="zalo.resume_follower_lists", ignore_result=True, soft_time_limit=30, time_limit=60
)
def resume_follower_lists() -> None:
    """Wake readings whose worker is gone."""
    follower_lists.resume_stale()
    history.resume_stale()


@task_postrun.connect(dispatch_uid="zalo.flush_call_log")
def flush_call_log(**kwargs: Any) -> None:
    """No task leaves its calls unwritten."""
    call_log.flush()
