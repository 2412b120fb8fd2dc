"""What to strike out of the words of a resident, and which officers they name.

The original words stay sealed. Others work with a clean summary, for which the machine proposes;
a person chooses.
"""

from reports.striking.officers import maybe_officers, names_of_officers
from reports.striking.replacing import Suggestion, apply
from reports.striking.suggesting import suggestions

__all__ = ["Suggestion", "apply", "maybe_officers", "names_of_officers", "suggestions"]
