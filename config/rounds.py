"""The beat schedule: how often each task is sent. One that came too late is dropped."""

from typing import Any

from celery.schedules import crontab

# name: task, seconds between two rounds, seconds after which it is dropped
_EVERY: dict[str, tuple[str, float, int]] = {
    "duty-tick": ("duty.tick", 2, 10),
    "duty-audit": ("duty.audit", 60, 50),
    "duty-watch": ("duty.watch", 60, 50),
    "duty-watch-shifts": ("duty.watch_shifts", 60, 50),
    "duty-beat-outside": ("duty.beat_outside", 300, 240),
    "broadcasts-tick": ("broadcasts.tick", 2, 10),
    "tend-hand-posting": ("broadcasts.tend_hand_posting", 60, 55),
    "work-articles": ("broadcasts.work_articles", 10, 10),
    "zalo-watch-gate": ("zalo.watch_gate", 5, 5),
    "zalo-refresh-tokens": ("zalo.refresh_tokens", 300, 240),
    "zalo-interpret-events": ("zalo.interpret_events", 1, 10),
    "zalo-fetch-files": ("zalo.fetch_files", 15, 30),
    "send-link-replies": ("groups.send_link_replies", 60, 50),
    "send-answers": ("reports.send_answers", 10, 10),
    "take-over-files": ("reports.take_over_files", 15, 15),
    "tend-clocks": ("reports.tend_clocks", 300, 290),
    "follow-alerts": ("reports.follow_alerts", 60, 55),
    "end-openings": ("reports.end_openings", 60, 55),
    "pass-on-proposals": ("reports.pass_on_proposals", 60, 55),
    "drop-lost-drafts": ("reports.drop_lost_drafts", 300, 290),
    "resume-follower-lists": ("zalo.resume_follower_lists", 60, 50),
    "resume-member-imports": ("groups.resume_member_imports", 15, 30),
    "follow-requests": ("groups.follow_requests", 600, 300),
    "follow-directions": ("oversight.follow_directions", 600, 300),
    # Opens the comparisons of the night from 03:10 on, and takes up those that stopped.
    "open-reconciliations": ("groups.open_reconciliations", 300, 240),
    "publish-live": ("accounts.publish_live", 1, 3),
    "beat-heartbeat": ("accounts.beat_heartbeat", 15, 60),
    "carry-out-changes": ("accounts.carry_out_changes", 60, 55),
    "record-health": ("accounts.record_health", 15, 15),
    "recount-dirty": ("oversight.recount_dirty", 15, 15),
}
# name: task, hour and minute of the night
_AT: dict[str, tuple[str, int, int]] = {
    "duty-fill-roster": ("duty.fill_roster", 0, 20),
    # Every night, for the groups that were not looked at for a week.
    "look-at-duty-groups": ("duty.look_at_duty_groups", 4, 10),
    "start-follower-lists": ("zalo.start_follower_lists", 1, 40),
    # Every night, so that a first of the month that was missed is made up for; before the drafts.
    "start-month-ends": ("oversight.start_month_ends", 0, 10),
    "check-month-ends": ("oversight.check_month_ends", 4, 20),
    # After the purge, whose deletions were counted by then.
    "compare-counts": ("oversight.compare_counts", 3, 40),
    # Every night, so that the first of a month that was missed is made up for on the second.
    "start-summaries": ("oversight.start_summaries", 0, 40),
    "send-audit-heads": ("accounts.send_audit_heads", 3, 10),
    "purge-expired": ("accounts.purge_expired", 2, 20),
}
ROUNDS: dict[str, dict[str, Any]] = {
    name: {"task": task, "schedule": float(seconds), "options": {"expires": expires}}
    for name, (task, seconds, expires) in _EVERY.items()
} | {
    name: {"task": task, "schedule": crontab(hour=hour, minute=minute)}
    for name, (task, hour, minute) in _AT.items()
}
