"""`python -m wardround`: the same as `wardround`."""

from wardround.cli import app

app()
