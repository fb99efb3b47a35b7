"""Where memory is kept: in the process, in a SQLite file, or in PostgreSQL, behind one protocol."""

from wardround.memory.stores.ephemeral import EphemeralStore
from wardround.memory.stores.opening import open_store
from wardround.memory.stores.protocol import AuditEntry, Erasure, FactStore

__all__ = ["AuditEntry", "EphemeralStore", "Erasure", "FactStore", "open_store"]
