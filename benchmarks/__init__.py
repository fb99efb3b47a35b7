"""Measurements against peers. Each module prints one JSON object with `--json`."""
