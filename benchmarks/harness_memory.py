"""Memory of encounters that are held open: `python -m benchmarks.harness_memory N` prints KB an encounter, as JSON.

Every encounter is played over one SQLite store to its nineteenth step, which waits for an answer that does not come.
Run in a process of its own, so that nothing else counts.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import tempfile
from pathlib import Path

from benchmarks.harness_ours import Ours, ports
from benchmarks.harness_work import STEPS, Work
from wardround.harness import JSON, Encounter, SqliteStore


class SilentOrders:
    """Books nothing, and keeps everybody waiting. The script's last tool asks it."""

    async def call(self, request: JSON, key: str) -> JSON:
        """No answer."""
        return await asyncio.get_running_loop().create_future()  # type: ignore[no-any-return]


def resident() -> int:
    """Bytes of this process in memory."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError("this system does not say how much memory a process holds")


async def kilobytes(ours: Ours, encounters: int) -> dict[str, float]:
    """KB an encounter: just opened, and in the middle of its nineteenth step."""
    header, known = await ours.door()
    await ours.check()
    team, projection, outside = ours.team, ours.work.clinic.projection, ports(orders=SilentOrders())
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteStore(Path(folder) / "log.db")
        gc.collect()
        before = resident()
        visits = [
            await Encounter.open(store, f"visit-{k}", header, known, team, projection, outside)
            for k in range(encounters)
        ]
        opened = _held(before, encounters)
        tasks = [asyncio.create_task(visit.run()) for visit in visits]
        for _ in range(4):
            await asyncio.sleep(0)
        played = _held(before, encounters)
        if any(task.done() for task in tasks):
            raise RuntimeError("an encounter ended that should have waited")
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await store.close()
    return {"opened": opened, f"after_{STEPS - 1}_steps": played}


def _held(before: int, encounters: int) -> float:
    gc.collect()
    return round((resident() - before) / encounters / 1024, 1)


def main() -> None:
    """Print the figures."""
    ours = Ours(Work.prepare(), durable=True)
    print(json.dumps(asyncio.run(kilobytes(ours, int(sys.argv[1])))))


if __name__ == "__main__":
    main()
