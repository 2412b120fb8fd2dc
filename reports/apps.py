from importlib import import_module

from django.apps import AppConfig

# Modules that register work lists, receivers or retention rules when they are imported.
REGISTERING = (
    "reports.alerts",
    "reports.health",
    "reports.receivers",
    "reports.work.work_lists",
    "reports.proposals.work_lists",
    "reports.chat.held",
    "reports.chat.work_lists",
    "reports.chat.retention",
    "reports.vault.retention",
    "reports.vault.operations",
    "reports.vault.drafts",
    "reports.vault.pages",
    "reports.triage.operations",
    "reports.triage.kin_operations",
    "reports.public.operations",
    "reports.proposals.operations",
    "reports.chat.operations",
    "reports.chat.source_operations",
    "reports.vault.hashing",
    "reports.vault.files",
)


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "Phản ánh"

    def ready(self) -> None:
        from accounts.communes.querysets import keep_from_trail  # noqa: PLC0415 -- app ready
        from reports import demo  # noqa: PLC0415 -- app ready
        from reports.proposals.services import kept_from_trail  # noqa: PLC0415 -- app ready
        from reports.vault.conflicts import barred_tips_of  # noqa: PLC0415 -- app ready

        for name in REGISTERING:
            import_module(name)
        keep_from_trail("reports.tipreport", barred_tips_of)
        keep_from_trail("reports.conflictproposal", kept_from_trail)
        demo.register_part()
