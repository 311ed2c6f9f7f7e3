"""Several people at the same moment: real threads, each on its own connections, started by a barrier."""

from collections import Counter
from collections.abc import Callable, Sequence
from threading import Barrier, Thread
from typing import Any

from django.db import connection

THREADS = 20


def at_once(actions: Sequence[Callable[[], Any]]) -> list[Any]:
    """What each action returned, or the exception it raised, in the order of the actions."""
    barrier: Barrier = Barrier(len(actions))
    results: list[Any] = [None] * len(actions)

    def run(number: int) -> None:
        try:
            barrier.wait(timeout=60)
            results[number] = actions[number]()
        except Exception as error:
            results[number] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=(number,)) for number in range(len(actions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert not any(thread.is_alive() for thread in threads), "somebody waits for ever"
    return results


def outcome(results: Sequence[Any]) -> Counter[str]:
    """How many of each: names of the classes; the status of an HTTP answer ("HTTP 302")."""
    return Counter(
        f"HTTP {result.status_code}" if hasattr(result, "status_code") else type(result).__name__
        for result in results
    )
