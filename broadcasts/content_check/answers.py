"""Answers to findings: reasons of the submitter, confirmations of the approver.

They are stored on the post by the key of the finding. A finding with other words, in another part
or of another rule has another key, so an answer never covers what nobody has seen.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.utils import timezone

from accounts.models import User
from broadcasts.posts.errors import NotAllowed
from content_rules.engine.findings import Hit, Level
from content_rules.rulebook import find

SHORTEST_REASON = 5
LONGEST_REASON = 500
type Answers = dict[str, dict[str, Any]]


def reason_of(answers: Answers, hit: Hit) -> str:
    """Reason given for a finding; blank without one."""
    return str(answers.get("reasons", {}).get(hit.key, {}).get("text", ""))


def is_confirmed(answers: Answers, hit: Hit) -> bool:
    """Whether an approver has confirmed this very finding."""
    return hit.key in answers.get("confirmed", {})


def unanswered(hits: Iterable[Hit], answers: Answers) -> list[Hit]:
    """The findings that stop a post: those without the answer that their level asks for."""
    return [hit for hit in hits if _is_open(hit, answers)]


def _is_open(hit: Hit, answers: Answers) -> bool:
    match hit.level:
        case Level.SECOND_PERSON:
            return not is_confirmed(answers, hit)
        case Level.REASON:
            return not reason_of(answers, hit)
    return hit.level == Level.BLOCK


def explained(
    hits: Iterable[Hit], answers: Answers, reasons: Mapping[str, str] | str | None, by: User
) -> Answers:
    """Answers after a submission with these reasons, by rule or one for all.

    A reason given before stays for the same finding; confirmations are for the next approver to
    give. Raises NotAllowed for a reason that says nothing, or what must not be said.
    """
    former = answers.get("reasons", {})
    updated: dict[str, Any] = {}
    for hit in hits:
        if hit.level != Level.REASON:
            continue
        given = reasons if isinstance(reasons, str) else (reasons or {}).get(hit.rule, "")
        if text := " ".join(given.split())[:LONGEST_REASON]:
            _require_fit(text)
            updated[hit.key] = {
                "rule": hit.rule,
                "text": text,
                "by": by.pk,
                "at": timezone.now().isoformat(timespec="seconds"),
            }
        elif hit.key in former:
            updated[hit.key] = former[hit.key]
    return {"reasons": updated} if updated else {}


def _require_fit(text: str) -> None:
    if len(text) < SHORTEST_REASON:
        raise NotAllowed("Lý do quá ngắn. Hãy viết để người duyệt hiểu vì sao phải nêu.")
    if any(hit.level == Level.BLOCK for hit in find(text, where="reason")):
        raise NotAllowed(
            "Lý do có dấu mật, số giấy tờ, số điện thoại hoặc người báo tin. Hãy viết lại lý do."
        )


def confirmed(hits: Iterable[Hit], answers: Answers, keys: Collection[str], by: User) -> Answers:
    """Answers after an approver confirmed the findings with these keys."""
    given = {
        hit.key: {"rule": hit.rule, "by": by.pk}
        for hit in hits
        if hit.level == Level.SECOND_PERSON and hit.key in keys
    }
    return answers | {"confirmed": given} if given else answers


def answered_lines(hits: Iterable[Hit], answers: Answers) -> str:
    """Answered findings as lines for the history of a post."""
    lines = []
    for hit in hits:
        if reason := reason_of(answers, hit):
            lines.append(f"{hit.label} ({hit.excerpt}): {reason}")
        elif is_confirmed(answers, hit):
            lines.append(f"{hit.label} ({hit.excerpt}): người duyệt đã xác nhận.")
    return "\n".join(dict.fromkeys(lines))
