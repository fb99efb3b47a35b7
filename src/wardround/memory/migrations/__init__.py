"""How memory's layout came to be, one revision after another, run by alembic."""
