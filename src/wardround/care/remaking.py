"""A memory file deleted and made again: beside the old one first, so that there is always one that is whole."""

from __future__ import annotations

from pathlib import Path

from wardround.care.archive import RecordArchive
from wardround.care.clinic import Clinic
from wardround.care.rebuilding import Rebuilt, rebuild
from wardround.care.remembering import naming_of
from wardround.clinical import Fact
from wardround.harness import Store
from wardround.memory import Memory, RememberingError


async def remake(
    path: Path,
    archive: RecordArchive,
    store: Store,
    clinic: Clinic,
    *,
    old: Memory | None = None,
    keep: bool = False,
) -> Rebuilt:
    """Make the memory in this file again from archive and logs. `old` is the one that lies there: it is closed.

    Facts that stand in the old one alone would be lost: that is refused, unless `keep` archives them first. The
    trail of who read and erased what is carried over.
    """
    aside = path.with_name(f"{path.name}.rebuilding")
    _delete(aside)
    made = Memory(aside, naming=naming_of(clinic))
    try:
        done = await rebuild(made, archive, store, clinic)
        if old is not None:
            _carry_over(old, made, archive, path, keep)
    except BaseException:
        made.close()
        _delete(aside)
        raise
    made.close()
    if old is not None:
        old.close()
    _replace(aside, path)
    return done


def _carry_over(old: Memory, made: Memory, archive: RecordArchive, path: Path, keep: bool) -> None:
    lost = _lost(old, made, archive)
    if lost and not keep:
        raise RememberingError(
            f"{sum(map(len, lost.values()))} facts of {', '.join(sorted(lost)[:5])} stand in memory alone: neither "
            f"archive nor log gives them. `--keep` archives them first; to do without them, delete {path} yourself."
        )
    for patient_id, facts in lost.items():
        at = max(f.recorded for f in facts)
        archive.keep_statements(facts, patient_id=patient_id, at=at)
        made.write(facts, patient_id=patient_id)
    for line in old.audit():
        made.store.note(line)


def _lost(old: Memory, new: Memory, archive: RecordArchive) -> dict[str, tuple[Fact, ...]]:
    """By patient, what the old memory holds and the new one does not. What was erased is no loss."""
    lost = {}
    for patient_id in old.patients():
        if archive.is_erased(patient_id=patient_id):
            continue
        there = {f.id for f in new.facts(patient_id=patient_id, superseded=True)}
        alone = [f for f in old.facts(patient_id=patient_id, superseded=True) if f.id not in there]
        kept = archive.without_erased(alone, patient_id=patient_id)
        if kept:
            lost[patient_id] = kept
    return lost


def _delete(path: Path) -> None:
    for end in ("", "-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)


def _replace(aside: Path, path: Path) -> None:
    """Put the new file in the old one's place; what the old one's write-ahead log held stands in its file by now."""
    for end in ("-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)
    aside.replace(path)
