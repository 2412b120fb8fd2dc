"""The rounds of beat: which task is woken how often. A round that came too late is dropped."""

from typing import Any

from celery.schedules import crontab

ROUNDS: dict[str, dict[str, Any]] = {
    "broadcasts-tick": {
        "task": "broadcasts.tick",
        "schedule": 2.0,
        "options": {"expires": 10},
    },
    "work-articles": {
        "task": "broadcasts.work_articles",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    "zalo-refresh-tokens": {
        "task": "zalo.refresh_tokens",
        "schedule": 300.0,
        "options": {"expires": 240},
    },
    "zalo-interpret-events": {
        "task": "zalo.interpret_events",
        "schedule": 1.0,
        "options": {"expires": 10},
    },
    "zalo-fetch-files": {
        "task": "zalo.fetch_files",
        "schedule": 15.0,
        "options": {"expires": 30},
    },
    "start-follower-lists": {
        "task": "zalo.start_follower_lists",
        "schedule": crontab(hour=1, minute=40),
    },
    "send-link-replies": {
        "task": "groups.send_link_replies",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
    "send-answers": {
        "task": "reports.send_answers",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    "take-over-files": {
        "task": "reports.take_over_files",
        "schedule": 15.0,
        "options": {"expires": 15},
    },
    "tend-clocks": {
        "task": "reports.tend_clocks",
        "schedule": 300.0,
        "options": {"expires": 290},
    },
    "end-openings": {
        "task": "reports.end_openings",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    "resume-follower-lists": {
        "task": "zalo.resume_follower_lists",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
    "resume-member-imports": {
        "task": "groups.resume_member_imports",
        "schedule": 15.0,
        "options": {"expires": 30},
    },
    # Opens the comparisons of the night from 03:10 on, and takes up those that stopped.
    "open-reconciliations": {
        "task": "groups.open_reconciliations",
        "schedule": 300.0,
        "options": {"expires": 240},
    },
    "beat-heartbeat": {
        "task": "accounts.beat_heartbeat",
        "schedule": 15.0,
        "options": {"expires": 60},
    },
    "recount-dirty": {
        "task": "oversight.recount_dirty",
        "schedule": 15.0,
        "options": {"expires": 15},
    },
    # After the purge, whose deletions were counted by then.
    "compare-counts": {"task": "oversight.compare_counts", "schedule": crontab(hour=3, minute=40)},
    # Every night, so that the first of a month that was missed is made up for on the second.
    "start-summaries": {
        "task": "oversight.start_summaries",
        "schedule": crontab(hour=0, minute=40),
    },
    "purge-expired": {"task": "accounts.purge_expired", "schedule": crontab(hour=2, minute=20)},
}
