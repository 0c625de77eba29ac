"""Worker processes that are started only where there is enough to read for them."""

from __future__ import annotations

import contextlib
import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from typing import Any, Final, TypeVar

from ampglow_plugin.errors import InputError

T = TypeVar("T")

#: batches that are read before processes are started; starting them takes as long as reading about as many
_ALONE: Final = 8
#: more processes than this wait for the disk and for the one that writes
_MOST_WORKERS: Final = 8
#: requests to a remote storage that wait at once
REMOTE_THREADS: Final = 16
#: time for the scheduler of a cluster to answer (s)
_CONNECT_S: Final = 10


class LazyProcesses(Executor):
    """Runs the first ``alone`` calls at once, in this process; from then on in ``workers`` others.

    Processes and not threads: reading headers is work of the interpreter, which threads would share, and so is much
    of measuring glow.
    """

    def __init__(self, workers: int | None = None, *, alone: int = _ALONE) -> None:
        self._alone = alone
        self.workers = min(os.cpu_count() or 1, _MOST_WORKERS) if workers is None else workers
        self._calls = 0
        self._pool: ProcessPoolExecutor | None = None

    def submit(self, function: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """As :meth:`concurrent.futures.Executor.submit`."""
        self._calls += 1
        if self._calls <= self._alone or self.workers <= 1:
            done: Future[T] = Future()
            try:
                done.set_result(function(*args, **kwargs))
            except Exception as error:  # noqa: BLE001 - it is handed on
                done.set_exception(error)
            return done
        if self._pool is None:
            self._pool = ProcessPoolExecutor(self.workers, initializer=_in_worker)
        return self._pool.submit(function, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """As :meth:`concurrent.futures.Executor.shutdown`."""
        if self._pool is not None:
            self._pool.shutdown(wait, cancel_futures=cancel_futures)


def _in_worker() -> None:
    """Ctrl-C is for the process that was started by the user, which ends the others in order; they end when it is gone.

    A worker of the standard library waits for work for ever where the process that gave it some was killed.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)


@contextlib.contextmanager
def dask_executor(address: str) -> Iterator[Executor]:
    """An executor on the Dask cluster at ``address``, whose workers see the same files under the same names.

    Raises
    ------
    InputError
        The package ``distributed`` is not installed, or nothing answers there.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise InputError(
            "a Dask cluster needs the package distributed", fix="pip install 'ampglow-plugin[dask]'"
        ) from error
    try:
        client = Client(address, timeout=_CONNECT_S)  # type: ignore[no-untyped-call]
    except (OSError, TimeoutError, ValueError) as error:
        raise InputError(
            f"no Dask scheduler answers: {error}", where=address, fix="check the address, such as tcp://host:8786"
        ) from error
    with client:
        yield client.get_executor()  # type: ignore[no-untyped-call]
