"""One run while somebody watches: what has been trained so far, and a way to train a little more.

Nothing runs on its own: no thread, no timer. Work is done while ``advance`` is called, so that a learner who leaves
takes the work along.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from softviz.training.configuration import TrainingConfig
from softviz.training.datasets import Dataset
from softviz.training.projection import Plane
from softviz.training.recording import Recording, joined, run_name, train
from softviz.training.wire import chunk_bytes, dataset_bytes


class TrainingRun:
    """A run that grows when asked to.

    Memory: one recording, at most ``schedule.KEPT_BYTES``, the data, and one batch's buffers.

    Attributes:
        name: The same configuration and data have the same one.
        config: What is trained.
        dataset: On what.
        plane: What of it is drawn; may change without touching the run.
        total: Kept steps of the whole run, as planned.
    """

    def __init__(self, config: TrainingConfig, dataset: Dataset, plane: Plane) -> None:
        self.name = run_name(config, dataset)
        self.config = config
        self.dataset = dataset
        self.plane = plane
        self._chunks: list[Recording] = []
        self._rest: Iterator[Recording] = train(config, dataset)
        self._take()
        self.total = self._chunks[0].total

    def _take(self) -> None:
        self._chunks.append(next(self._rest))

    @property
    def view(self) -> str:
        """Name of the run and of the plane it is drawn on."""
        return f"{self.name} {self.plane.axes[0]} {self.plane.axes[1]}"

    @property
    def kept(self) -> int:
        """Kept steps so far."""
        return self._chunks[-1].first + len(self._chunks[-1])

    @property
    def finished(self) -> bool:
        """Whether there is nothing left to train: the run is complete, or it was stopped."""
        return self._chunks[-1].finished

    @property
    def stopped(self) -> str:
        """Why the run ended before its last step; else empty."""
        return self._chunks[-1].stopped

    def advance(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        """Train at least one more chunk, and go on until some time has passed."""
        end = clock() + seconds
        while not self.finished:
            self._take()
            if clock() >= end:
                return

    def recording(self) -> Recording:
        """Everything that has been trained so far."""
        return joined(self._chunks)

    def last(self) -> Recording:
        """The last kept step; a run that diverges right after a chunk ends with an empty one."""
        return next(chunk for chunk in reversed(self._chunks) if len(chunk))[-1]

    def data_message(self) -> bytes:
        """The rows that are drawn, for the browser."""
        return dataset_bytes(self.dataset, self.plane, self.name)

    def message_since(self, kept: int) -> bytes:
        """Everything from a kept step on, for the browser; a little before it too, since chunks stay whole.

        Args:
            kept: How many kept steps the browser has.

        Returns:
            One message, or none where the browser has all there is.
        """
        missing = [chunk for chunk in self._chunks if chunk.first + len(chunk) > kept]
        return chunk_bytes(joined(missing)) if missing else b""
