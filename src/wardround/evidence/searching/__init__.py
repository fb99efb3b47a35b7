"""How a question finds passages: its things and their other names, its PICO, what it prefers, what is shown of it."""
