"""One thread owns the model and writes many answers at once: at every step whoever is ready takes part, and leaves when done.

Prompts are read in stretches beside those who write, so that nobody waits for a long one. Where a mask leaves one token
only, that token is certain (its log-probability is 0) and is read together with the next one.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from wardround.models.errors import ModelError, ModelGarbage, ModelRefused, ModelUnavailable
from wardround.models.local.drawing import draw, uniform
from wardround.models.local.jobs import Counts, Job, Running, Written
from wardround.models.local.kept import Kept
from wardround.models.local.network import Network, Piece

if TYPE_CHECKING:
    import numpy as np
    import torch
    from numpy.typing import NDArray

_STRETCH = 512
"""Tokens of prompts that are read in one step, at most."""


class Engine:
    """Jobs go in by `submit` from any thread; at most `batch` of them are under way at once, the others wait in order."""

    def __init__(self, network: Network, *, ends: Collection[int], batch: int, name: str) -> None:
        self.counts = Counts()
        self._network = network
        self._kept = Kept(network)
        self._ends = frozenset(ends)
        self._batch = batch
        self._name = name
        self._inbox: deque[Job] = deque()
        self._waiting: list[Job] = []
        self._running: list[Running] = []
        self._changed = threading.Condition()
        self._closing = self._stopping = self._forgetting = False
        self._thread: threading.Thread | None = None

    def submit(self, job: Job) -> None:
        """Takes a job; ModelUnavailable after `close`."""
        with self._changed:
            if self._closing:
                raise ModelUnavailable(f"{self._name} is closed.", "Open it again.")
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="wardround-model", daemon=True)
                self._thread.start()
            self._inbox.append(job)
            self._changed.notify()

    def forget(self) -> None:
        """From the next step on, nothing that was kept is used: the weights have changed."""
        with self._changed:
            self._forgetting = True

    def close(self) -> None:
        """Jobs under way are finished, those that wait are refused, and the thread ends."""
        with self._changed:
            self._closing = True
            self._changed.notify()

    def stop(self) -> None:
        """Ends the thread at its next step, whatever is under way: for when nobody can ask any more."""
        with self._changed:
            self._closing = self._stopping = True
            self._changed.notify()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    def _work(self) -> None:
        import torch

        with torch.inference_mode():
            try:
                while self._turn():
                    pass
            finally:
                self._fail(ModelUnavailable(f"{self._name} has stopped.", "Open it again."))

    def _turn(self) -> bool:
        """One step; False when it is closed and nothing is left to do."""
        with self._changed:
            while not (self._inbox or self._waiting or self._running or self._closing):
                self._changed.wait()
            self._waiting += self._inbox
            self._inbox.clear()
            forgetting, self._forgetting = self._forgetting, False
            closing = self._closing
        if (not self._running and self._network.changed()) or forgetting:
            self._kept.forget()
        if closing:
            for job in self._waiting:
                job.done(ModelUnavailable(f"{self._name} is closed.", "Open it again."))
            self._waiting.clear()
        try:
            self._admit()
            if self._running:
                self._step()
        except (
            RuntimeError,
            ValueError,
            IndexError,
            MemoryError,
        ) as error:  # the model's own code, or no memory
            self._fail(
                ModelUnavailable(
                    f"{self._name} could not compute: {str(error)[:300]}.",
                    "Shorten the prompt, or free memory.",
                )
            )
        return (bool(self._running) or not closing) and not self._stopping

    def _fail(self, error: ModelError) -> None:
        for running in self._running:
            self._kept.drop(running.tenant)
            running.job.done(error)
        self._running.clear()

    def _admit(self) -> None:
        for running in [running for running in self._running if running.job.cancelled]:
            self._leave(running)
        left: list[Job] = []
        for job in self._waiting:
            if job.cancelled:
                continue
            place = None
            if len(self._running) < self._batch:
                place = self._kept.place(job.prompt, len(job.prompt) + job.most)
            if place is None:
                left.append(job)
                continue
            running = Running(job, place.tenant, list(job.prompt), place.start)
            self.counts.reused += place.start
            self._running.append(running)
        self._waiting = left

    def _step(self) -> None:
        """Everybody's next tokens through the model; who has read all he has draws one more."""
        pieces, ready = self._pieces()
        logits = self._network.forward([piece for piece, _ in pieces])
        self.counts.steps += 1
        for piece, running in pieces:
            running.held += len(piece.ids)
            running.tenant.held = running.held
            self.counts.read += len(piece.ids)
        if ready:
            if len(ready) < len(pieces):
                logits = logits[ready]
            self._draw([pieces[at][1] for at in ready], logits)

    def _pieces(self) -> tuple[list[tuple[Piece, Running]], list[int]]:
        """What goes in, single tokens first and by slot; and which of it is followed by a draw."""
        single: list[tuple[Piece, Running]] = []
        longer: list[tuple[Piece, Running]] = []
        budget = _STRETCH
        for running in sorted(self._running, key=lambda running: running.tenant.slot):
            new = len(running.ids) - running.held
            if new == 1:
                single.append((Piece(running.tenant.slot, running.held, running.ids[-1:]), running))
            elif budget:
                taken = min(new, budget)
                budget -= taken
                ids = running.ids[running.held : running.held + taken]
                into = single if taken == 1 else longer
                into.append((Piece(running.tenant.slot, running.held, ids), running))
        single.sort(key=lambda pair: pair[0].slot)
        pieces = single + longer
        ready = [
            at
            for at, (piece, running) in enumerate(pieces)
            if piece.start + len(piece.ids) == len(running.ids)
        ]
        return pieces, ready

    def _draw(self, rows: Sequence[Running], logits: torch.Tensor) -> None:
        import torch

        from wardround.models.masks import as_bool

        masked: list[NDArray[np.uint32]] = []
        allowed = None
        places = [at for at, running in enumerate(rows) if running.job.masking is not None]
        if places:
            import numpy as np

            masked = [rows[at].job.masking.allowed() for at in places]  # type: ignore[union-attr]
            known = torch.from_numpy(as_bool(np.stack(masked), logits.shape[1]))
            if len(places) == len(rows):
                allowed = known.to(logits.device)
            else:
                allowed = torch.ones(logits.shape, dtype=torch.bool)
                allowed[places] = known
                allowed = allowed.to(logits.device)
        temperatures = [running.job.temperature for running in rows]
        places_in_seed = [
            uniform(running.job.seed, len(running.ids)) if running.job.temperature else 0.0
            for running in rows
        ]
        tokens, logprobs = draw(logits, allowed, temperatures, places_in_seed)
        for running, token, logprob in zip(rows, tokens, logprobs, strict=True):
            self.counts.drawn += 1
            self._write(running, token, logprob)

    def _write(self, running: Running, token: int, logprob: float) -> None:
        """`token` is next, and after it whatever the mask leaves no choice about."""
        if not -float("inf") < logprob <= 1e-3:
            self._kept.drop(running.tenant)
            self._running.remove(running)
            running.job.done(_garbage(logprob))
            return
        try:
            over = self._taken(running, token, logprob)
            while not over and (certain := _certain(running)) is not None:
                self.counts.forced += 1
                over = self._taken(running, certain, 0.0)
        except ModelError as error:
            self._leave(running)
            running.job.done(error)
            return
        if over:
            self._leave(running)
            job, ids = running.job, tuple(running.written)
            ended = ids[-1] in self._ends or (job.masking is not None and job.masking.done)
            job.done(Written(ids, tuple(running.logprobs), ended))

    def _taken(self, running: Running, token: int, logprob: float) -> bool:
        """Whether the answer is over with this token."""
        job = running.job
        running.ids.append(token)
        running.logprobs.append(logprob)
        if job.masking is not None:
            job.masking.take(token)
        over = token in self._ends
        if not over and job.hear is not None:
            over = not job.hear(token)
        over = over or (job.masking is not None and job.masking.done)
        return over or len(running.logprobs) >= job.most

    def _leave(self, running: Running) -> None:
        """The sequence is done; its slot keeps what went through the model."""
        self._running.remove(running)
        self._kept.keep(running.tenant, running.ids[: running.held])


def _certain(running: Running) -> int | None:
    """The one token that the mask leaves, or None where there is a choice or no mask."""
    import numpy as np

    masking = running.job.masking
    if masking is None:
        return None
    bits = masking.allowed()
    if int(np.bitwise_count(bits).sum()) != 1:
        return None
    word = int(np.flatnonzero(bits)[0])
    return word * 32 + int(bits[word]).bit_length() - 1


def _garbage(logprob: float) -> ModelError:
    if logprob == -float("inf"):
        return ModelRefused(
            "The mask allowed no token.", "Simplify the tools' schemas, or set constrained=False."
        )
    return ModelGarbage(
        "The model computed no numbers (NaN).", "Load it with dtype='fp32', or check its weights."
    )
