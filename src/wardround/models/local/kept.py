"""Who is in which slot: running sequences, and finished ones kept for the next turn; the one unused longest goes first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wardround.models.local.network import Network

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_AGAIN = 4
"""So many tokens of a prompt are always read anew: its last one for its logits, the rest so that it is read as at first."""
_WORTH = 16
"""A beginning shorter than this is not worth a copy."""


@dataclass(eq=False)
class Tenant:
    """A sequence in a slot: its tokens, how many of them are in the slot, whether it runs, and when it was last used."""

    slot: int
    ids: NDArray[np.int64]
    held: int
    running: bool
    used: int


@dataclass(frozen=True, slots=True)
class Place:
    """A slot for a new sequence, in which its first `start` tokens are already."""

    tenant: Tenant
    start: int


class Kept:
    """The slots of a network. A sequence that goes on where a kept one ended takes its place; others copy what they share."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._tenants: dict[int, Tenant] = {}
        self._clock = 0

    def place(self, prompt: Sequence[int], length: int) -> Place | None:
        """A slot for `prompt` that will have `length` tokens in the end. None: later, when others are done or further."""
        import numpy as np

        ids = np.asarray(prompt, dtype=np.int64)
        most = len(ids) - _AGAIN if self._network.shares else len(ids) - 1
        best, shared, coming = self._nearest(ids, max(most, 0))
        if coming >= shared + 4 * _WORTH:
            return None
        self._clock += 1
        if best is not None and not best.running and self._goes_on(best, shared, most):
            start, ids_held = shared, best
            if not self._room(length, keep=best):
                return None
            ids_held.ids, ids_held.held, ids_held.running, ids_held.used = ids, start, True, self._clock
            return Place(ids_held, start)
        copied = shared if best is not None and self._network.shares and shared >= _WORTH else 0
        donor = best if copied else None
        if donor is not None:
            donor.used = self._clock
        slot = self._free(length, donor)
        if slot is None:
            return None
        if donor is not None and donor.slot in self._tenants:
            self._network.copy(donor.slot, slot, copied)
        else:
            copied = 0
        tenant = Tenant(slot, ids, copied, True, self._clock)
        self._tenants[slot] = tenant
        return Place(tenant, copied)

    def keep(self, tenant: Tenant, ids: Sequence[int]) -> None:
        """It is done; `ids` are what its slot holds."""
        import numpy as np

        self._clock += 1
        tenant.ids = np.asarray(ids, dtype=np.int64)
        tenant.held, tenant.running, tenant.used = len(ids), False, self._clock

    def drop(self, tenant: Tenant) -> None:
        """It went wrong: nobody may go on from it."""
        self._network.wipe(tenant.slot)
        del self._tenants[tenant.slot]

    def forget(self) -> None:
        """Nothing that ran under other weights is gone on from."""
        for tenant in [tenant for tenant in self._tenants.values() if not tenant.running]:
            del self._tenants[tenant.slot]
        for tenant in self._tenants.values():
            tenant.ids = tenant.ids[:0]

    def _goes_on(self, tenant: Tenant, shared: int, most: int) -> bool:
        """Whether nothing, or next to nothing, of what is kept would be lost by going on in its place."""
        if not self._network.shares:
            return shared == tenant.held
        return shared > 0 and (shared == tenant.held or (shared == most and tenant.held - shared <= _AGAIN))

    def _nearest(self, ids: NDArray[np.int64], most: int) -> tuple[Tenant | None, int, int]:
        """Who shares the longest beginning, how long that is, and how long one will be that is being read now."""
        best, shared, coming = None, 0, 0
        for tenant in self._tenants.values():
            common = _common(tenant.ids, ids)
            now = min(common, tenant.held, most)
            if tenant.running and self._network.shares:
                coming = max(coming, min(common, most))
            if not self._network.shares and (tenant.running or now < tenant.held):
                continue
            if now > shared or (now == shared and now and best is not None and best.running):
                best, shared = tenant, now
        return best, shared, coming

    def _free(self, length: int, donor: Tenant | None) -> int | None:
        """The lowest slot that nobody holds, made if need be, or taken from who was unused longest."""
        while True:
            slot = next(n for n in range(len(self._tenants) + 1) if n not in self._tenants)
            count = max([slot, *self._tenants]) + 1
            if self._network.fit(count, length, self._live()):
                return slot
            if not self._evict(besides=donor) and not self._evict(besides=None):
                return None

    def _room(self, length: int, keep: Tenant) -> bool:
        while not self._network.fit(max(self._tenants) + 1, length, self._live()):
            if not self._evict(besides=keep):
                return False
        return True

    def _evict(self, besides: Tenant | None) -> bool:
        idle = [tenant for tenant in self._tenants.values() if not tenant.running and tenant is not besides]
        if not idle:
            return False
        del self._tenants[min(idle, key=lambda tenant: tenant.used).slot]
        return True

    def _live(self) -> dict[int, int]:
        return {tenant.slot: tenant.held for tenant in self._tenants.values()}


def _common(first: NDArray[np.int64], second: NDArray[np.int64]) -> int:
    """How many tokens two sequences have in common at the start."""
    size = min(len(first), len(second))
    if not size or first[0] != second[0]:
        return 0
    unlike = first[:size] != second[:size]
    return int(unlike.argmax()) if unlike.any() else size
