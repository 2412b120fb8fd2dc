"""Official papers: their content, the Word file made of it, and what measures such a file."""
