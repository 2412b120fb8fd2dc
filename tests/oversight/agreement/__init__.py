"""Whether screen, printed page, Word file, workbook and lists say what was counted."""
