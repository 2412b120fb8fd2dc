"""The library as a workbook: export and import."""
