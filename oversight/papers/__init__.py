"""The papers of a commune: reports, plans, lists of commendations; and every kind by its name."""
