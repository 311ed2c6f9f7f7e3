import traceback, collections, time
import pytest
from django.db import connection
from tests.households.test_list_queries_of_files import LISTS
from contextlib import contextmanager


@pytest.mark.parametrize(
    "name", ["story of a file", "work of one agent", "work of the service", "history of a file"]
)
def test_prof(name, claire, mehdi, request, login):
    make, ask, who, most = LISTS[name]
    client = login(request.getfixturevalue(who))
    make(3, claire)
    ask(client)
    seen = []

    def wrap(execute, sql, params, many, context):
        st = [
            f
            for f in traceback.extract_stack()
            if "/tmp/wt/bench/" in f.filename and "/tests/" not in f.filename and ".venv" not in f.filename
        ]
        seen.append(
            (
                " < ".join(
                    f"{f.filename.split('bench/')[-1]}:{f.lineno}:{f.name}" for f in reversed(st[-3:])
                ),
                sql[:140],
            )
        )
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrap):
        t = time.process_time()
        ask(client)
        t = time.process_time() - t
    with open("/tmp/prof_out.txt", "a") as f:
        f.write(f"\n##### {name} {len(seen)} cpu {t:.3f}\n")
        for s, q in seen:
            f.write(f"{s}\n      {q}\n")
