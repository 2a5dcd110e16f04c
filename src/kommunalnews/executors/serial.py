"""Tasks → results, one after the other in this process."""

import tempfile
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from kommunalnews.diagnostics import Diagnostic
from kommunalnews.executors.tasks import A, Advance, Beside, J, Loss, R, S, SealedTask, T, at_once, complete


class SerialExecutor:
    """Runs tasks one after the other in this process."""

    def run(
        self,
        task: Callable[[S, T], R],
        shared: S,
        items: Sequence[T],
        *,
        lost: Callable[[T, Loss], R],
        advance: Advance,
    ) -> list[R]:
        results = []
        for number, item in enumerate(items, 1):
            results.append(task(shared, item))
            advance(number)
        return results

    def run_sealed(
        self, task: SealedTask[S, T, J, A, R], shared: S, items: Sequence[T], *, advance: Advance
    ) -> list[R]:
        with tempfile.TemporaryDirectory(prefix="kommunalnews-") as folder:
            return self.run(complete, (task, shared, Path(folder)), items, lost=task.lost, advance=advance)

    def early(self, task: SealedTask[S, T, J, A, R]) -> AbstractContextManager[None]:
        return nullcontext()

    def ready(self, task: Callable[[S, T], R], prepare: Callable[[], object]) -> AbstractContextManager[None]:
        return nullcontext()

    def beside(self) -> AbstractContextManager[Beside]:
        return nullcontext(at_once)

    def problems(self) -> tuple[Diagnostic, ...]:
        return ()
