"""The whole corpus: every layout in every kind of file, the whole files, and how they are read."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from groups.member_import.reader.member_list import (
    MemberList,
    PersonRow,
    UnreadableFile,
    read_member_list,
)
from tests.groups.member_list.afterthoughts import AFTERTHOUGHTS
from tests.groups.member_list.cells_first import CELLS_FIRST
from tests.groups.member_list.expected import Layout
from tests.groups.member_list.fifth_thoughts import FIFTH_THOUGHTS
from tests.groups.member_list.fourth_thoughts import FOURTH_THOUGHTS
from tests.groups.member_list.household_rolls import HOUSEHOLD_ROLLS, ROLLS_AS_FILES
from tests.groups.member_list.later_lists import LATER_LISTS
from tests.groups.member_list.layouts import LAYOUTS
from tests.groups.member_list.misleading_columns import MISLEADING_COLUMNS
from tests.groups.member_list.other_hands import OTHER_HANDS
from tests.groups.member_list.other_lists import OTHER_LISTS
from tests.groups.member_list.other_programs import OTHER_PROGRAMS
from tests.groups.member_list.rolls_of_teams import ROLLS_OF_TEAMS, TEAMS_AS_FILES
from tests.groups.member_list.second_thoughts import SECOND_THOUGHTS
from tests.groups.member_list.secretaries import SECRETARIES
from tests.groups.member_list.sent_files import SENT_FILES
from tests.groups.member_list.third_thoughts import THIRD_THOUGHTS
from tests.groups.member_list.usual_forms import USUAL_FORMS
from tests.groups.member_list.whole_files import WHOLE_FILES, FileCase
from tests.groups.member_list.writers import FORMATS

WORKBOOKS = ("xlsx", "xls", "ods")
# Signs that the old encoding has not, and letters of two tables in one file.
NOT_IN_1258 = {
    "decomposed", "letters_apart_and_spaces", "ticks", "vni_among_everything", "legacy_with_teams",
    "legacy_beside_unicode", "vni_beside_tcvn3", "pictures_and_directions", "phones_in_words",
    "vni_in_capitals", "tcvn3_with_two_rows_of_heading",
}  # fmt: skip
WRITTEN_BEFORE = (LAYOUTS,)
WRITTEN_AFTER = (
    AFTERTHOUGHTS,
    SECOND_THOUGHTS,
    THIRD_THOUGHTS,
    FOURTH_THOUGHTS,
    SECRETARIES,
    FIFTH_THOUGHTS,
    OTHER_LISTS,
    OTHER_HANDS,
    LATER_LISTS,
    USUAL_FORMS,
    HOUSEHOLD_ROLLS,
    MISLEADING_COLUMNS,
    ROLLS_OF_TEAMS,
    CELLS_FIRST,
)


@dataclass
class Case:
    """One file and all that must be read of it."""

    name: str
    write: Callable[[], bytes]
    people: list[PersonRow]
    bad: set[tuple[int, str, str]] = field(default_factory=set)
    dropped: set[tuple[int, str]] = field(default_factory=set)
    warnings: set[tuple[int, str]] = field(default_factory=set)


def _of_layout(layout: Layout, ending: str) -> Case:
    people = [replace(one, sheet=one.sheet if ending in WORKBOOKS else "") for one in layout.people]
    return Case(
        f"{layout.name}.{ending}",
        lambda: FORMATS[ending](layout.grid),
        people,
        layout.bad,
        layout.dropped,
    )


def _of_file(one: FileCase) -> Case:
    return Case(one.name, lambda: one.content, one.people, one.bad, warnings=one.warnings)


def cases() -> Iterator[Case]:
    for layouts in (*WRITTEN_BEFORE, *WRITTEN_AFTER):
        for layout in layouts:
            for ending in FORMATS:
                if layout.needs_workbook and ending not in WORKBOOKS:
                    continue
                if ending == "cp1258.csv" and layout.name in NOT_IN_1258:
                    continue
                yield _of_layout(layout, ending)
    for one in (*WHOLE_FILES, *SENT_FILES, *OTHER_PROGRAMS, *ROLLS_AS_FILES, *TEAMS_AS_FILES):
        yield _of_file(one)


def bad_cells(found: MemberList) -> set[tuple[int, str, str]]:
    return {(p.row, p.column, p.code) for p in found.problems if p.is_error}


@dataclass
class Score:
    """Counts of the corpus that were read right."""

    files: int = 0
    tables: int = 0
    people: int = 0
    people_exact: int = 0
    bad: int = 0
    bad_named: int = 0
    invented: int = 0  # people and errors that the files do not hold

    def __str__(self) -> str:
        return (
            f"corpus: {self.files} files, table found in {self.tables / self.files:.1%}, "
            f"{self.people_exact} of {self.people} people exact, "
            f"{self.bad_named} of {self.bad} bad cells named, {self.invented} invented"
        )

    def add(self, case: Case) -> bool:
        """Reads the file of a case; answers whether all of it is right."""
        self.files += 1
        self.people += len(case.people)
        self.bad += len(case.bad)
        try:
            found = read_member_list(case.write(), case.name)
        except UnreadableFile:
            return False
        self.tables += 1
        right = sum(one in found.people for one in case.people)
        named = bad_cells(found)
        invented = len(found.people) - right + len(named - case.bad)
        self.people_exact += right
        self.bad_named += len(case.bad & named)
        self.invented += invented
        return found.people == case.people and named == case.bad


def score() -> Score:
    total = Score()
    for case in cases():
        total.add(case)
    return total
