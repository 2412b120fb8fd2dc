"""The year looked back on: what was reached, who is thanked, what is ticked for safety."""
