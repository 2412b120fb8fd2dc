"""Pages that open words of tips, which the vault answers (docs/decisions/0113)."""

from accounts.vault import pages

OF_A_TIP = (
    "show", "step", "trail", "read", "sort", "summary", "strike", "files", "file", "talk", "assign",
    "resolve", "tell", "close_now", "finish", "refer", "split", "alike", "conflicts", "terms",
    "identity", "settle", "move_words", "handover",
)  # fmt: skip
PAPERS = ("register", "register_file", "handover_file")

pages.register(
    "admin:reports_tipreport_changelist",
    *(f"admin:reports_tipreport_{name}" for name in OF_A_TIP),
    "admin:reports_conflictproposal_show",
    "admin:reports_conflictproposal_step",
    "admin:reports_identityopening_decide",
)
# As many tips as the hour allows: a month on one document.
pages.register(*(f"admin:reports_tipreport_{name}" for name in PAPERS), most=None)
