"""The one exception of these scripts: its text is a sentence a person can act on."""


class Trouble(Exception):
    """Something a person has to mend; `str()` says what happened and what to do."""
