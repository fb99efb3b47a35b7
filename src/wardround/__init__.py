"""Wardround: medical agents that see a patient again and again, remember, and work under a physician.

The rooms are imported by name (`from wardround.harness import Encounter`); importing the package loads none of them.
"""

__version__ = "0.1.0"
__all__ = ["__version__"]
