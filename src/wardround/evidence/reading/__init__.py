"""How a statement is read: its sentences and clauses, its quantities, names, directions, negations and populations."""
