"""The library as a workbook: written out, changed on a desk, read back cell by cell."""
