"""What the Python kernel tells about variables that a block made, changed or deleted."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from interpreter.core.cancel import CancelToken
from interpreter.core.messages import Variable
from interpreter.kernels.jupyter_kernel import JupyterKernel
from interpreter.kernels.local_kernels import LocalKernels
from tests.kernels.driving import local_kernels, meanwhile, run


@pytest.fixture(scope="module")
def kernels(module_token: CancelToken, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalKernels]:
    kernels = local_kernels(tmp_path_factory.mktemp("card"), module_token, state_card=True)
    yield kernels
    kernels.close()


@pytest.fixture
def fresh(kernel: JupyterKernel) -> JupyterKernel:
    run(kernel, "%reset -f")
    return kernel


def changed(kernel: JupyterKernel, code: str) -> dict[str, Variable]:
    return {variable.name: variable for variable in run(kernel, code).ended.changed}


def test_imports_modules_hidden_names_and_results_are_not_shown(fresh: JupyterKernel) -> None:
    assert list(changed(fresh, "import os\nfrom json import dumps, JSONDecoder\n_x = 1\nshown = 2\nshown")) == ["shown"]


def test_what_is_set_to_an_equal_value_has_not_changed(fresh: JupyterKernel) -> None:
    code = "a = 5; b = 'text'; c = [1, 2.5, float('nan')]; d = {'k': (1,)}; e = 2 ** 70"
    assert len(changed(fresh, code)) == 5
    assert changed(fresh, code) == {}


@pytest.mark.parametrize(
    ("value", "change"),
    [
        ("[1, 2]", "value.append(3)"),
        ("[[1], [2]]", "value[0].append(3)"),
        ("list(range(100_000))", "value.append(3)"),
        ("list(range(100_000))", "value[-1] = 3"),
        ("{'a': {'b': 1}}", "value['a']['b'] = 2"),
        ("set('abc')", "value.add('d')"),
        ("__import__('collections').deque([1])", "value.append(2)"),
        ("type('Point', (), {})()", "value.x = 1"),
        ("'a' * 1000", "value = 'b' * 1000"),
        ("1.5", "value = 2.5"),
        ("10 ** 1000", "value = 10 ** 1001"),
    ],
)
def test_a_changed_value_is_noticed(fresh: JupyterKernel, value: str, change: str) -> None:
    run(fresh, f"value = {value}")

    assert list(changed(fresh, change)) == ["value"]
    assert changed(fresh, "pass") == {}


def test_what_refers_to_the_kernels_own_objects_changes_with_none_of_its_blocks(fresh: JupyterKernel) -> None:
    code = (
        "import logging, sys, threading; handler = logging.StreamHandler(); shell = get_ipython()\n"
        "thread = threading.Thread(target=int); thread.start(); thread.join(); out = [sys.stdout]"
    )
    assert len(changed(fresh, code)) == 4
    assert changed(fresh, "print(1)") == {}
    assert list(changed(fresh, "handler.level = 30")) == ["handler"]


def test_another_object_at_the_same_address_is_noticed(fresh: JupyterKernel) -> None:
    run(fresh, "class Thing: pass\nthing = Thing(); before = id(thing)")

    code = "del thing\nfor _ in range(1000):\n    thing = Thing()\n    if id(thing) == before: break"

    assert "thing" in changed(fresh, code)


def test_what_changed_before_an_error_is_told_with_it(fresh: JupyterKernel) -> None:
    ran = run(fresh, "early = 1\n1 / 0\nlate = 2")

    assert ran.ended.status == "failed"
    assert [variable.name for variable in ran.ended.changed] == ["early"]


def test_what_changed_before_an_interrupt_is_told_with_it(fresh: JupyterKernel) -> None:
    with meanwhile(0.5, fresh.interrupt):
        ran = run(fresh, "early = 1\nwhile True: pass")

    assert (ran.ended.status, [variable.name for variable in ran.ended.changed]) == ("interrupted", ["early"])


HOSTILE = """
class Hostile(type):
    def __getattribute__(cls, name): hang()
    def __instancecheck__(cls, other): hang()
    def __eq__(cls, other): hang()
    def __hash__(cls): hang()
class Odd(metaclass=Hostile):
    def __init__(self): object.__getattribute__(self, '__dict__')['n'] = 1
    def __getattribute__(self, name): hang()
    def __repr__(self): hang()
    __len__ = __iter__ = __eq__ = __hash__ = __bool__ = __str__ = __repr__
    @property
    def __class__(self): hang()
    @property
    def shape(self): hang()
def hang():
    import time
    time.sleep(600)
odd, listed, mapped = Odd(), [Odd()], {'k': Odd()}
"""


def test_nothing_of_the_users_is_run_to_look_at_it(fresh: JupyterKernel) -> None:
    ran = run(fresh, HOSTILE, timeout=60)

    assert ran.ended.status == "ok"
    assert {"odd", "listed", "mapped"} <= {variable.name for variable in ran.ended.changed}
    assert {"odd", "listed"} <= {variable.name for variable in fresh.variables()}


def test_large_objects_are_not_kept_alive(fresh: JupyterKernel) -> None:
    run(fresh, "import weakref\nclass Big(list): pass\nbig = Big([0] * 10**6); gone = []")
    run(fresh, "holder = {'in': [big]}; weakref.finalize(big, gone.append, 1)")

    assert run(fresh, "del big, holder; import gc; gc.collect(); print(gone)").stdout == "[1]\n"


def test_many_changes_are_counted_and_stay_quick(fresh: JupyterKernel) -> None:
    code = "for i in range(10_000): globals()[f'name{i}'] = [i, str(i), {'k': i}]"
    began = time.monotonic()
    rows = run(fresh, code).ended.changed
    quiet = run(fresh, "pass").ended.changed
    seconds = time.monotonic() - began

    assert len(rows) == 13
    assert (rows[-1].name, rows[-1].type) == ("… 9989 more", "")
    assert quiet == ()
    assert list(changed(fresh, "name7 = 'new'")) == ["name7"]
    assert seconds < 5


def test_among_many_variables_those_that_the_block_names_are_looked_into(fresh: JupyterKernel) -> None:
    run(fresh, "for i in range(10_000): globals()[f'name{i}'] = [i, str(i), {'k': i}]\nlast = [[0]]")

    assert list(changed(fresh, "last[0].append(1)")) == ["last"]


def test_what_there_was_no_time_to_look_into_is_told_later(fresh: JupyterKernel) -> None:
    run(fresh, "import interpreter_inside.changes as c; value = {'in': [1]}; number = 1")
    run(fresh, "kept = c.MARKING_SECONDS; c.MARKING_SECONDS = -1")

    assert list(changed(fresh, "value['in'].append(2); number = 2")) == ["number"]
    assert list(changed(fresh, "c.MARKING_SECONDS = kept")) == ["value"]


def test_a_card_that_cannot_be_made_leaves_the_block_as_it_is(fresh: JupyterKernel) -> None:
    spoil = "import interpreter_inside.state as state; kept = state.CARD; state.CARD = None\nprint('said')"

    ran = run(fresh, spoil)

    assert (ran.ended.status, ran.stdout, ran.ended.changed) == ("ok", "said\n", ())
    run(fresh, "state.CARD = kept")


def test_previews_are_short_and_in_one_line(fresh: JupyterKernel) -> None:
    rows = changed(fresh, "a = 'x\\n' * 100; b = list(range(10**6)); c = 10 ** 5000; d = {'k' * 100: 'v' * 100}")

    assert all(0 < len(row.preview) <= 60 and "\n" not in row.preview for row in rows.values())
    assert len(rows) == 4


def test_one_variable_is_shown_at_length(fresh: JupyterKernel) -> None:
    run(fresh, "long = list(range(10_000))")

    (row,) = fresh.variables("long")

    assert 1_000 < len(row.preview) <= 2_000


def test_without_the_setting_nothing_is_asked(tmp_path: Path) -> None:
    kernels = local_kernels(tmp_path, CancelToken())

    ran = run(kernels.get("python"), "x = 1")
    kernels.close()

    assert ran.ended.changed == ()


@pytest.mark.parametrize(
    "change",
    [
        "df.loc[3, 'n'] = 77",
        "df.loc[3, 'w'] = 'new'",
        "df['more'] = 1",
        "df = df.drop(index=0)",
        "df['c'] = df['c'].cat.rename_categories({'x': 'z'})",
        "df.loc[0, 'at'] = pd.Timestamp('2030-01-01', tz='UTC')",
    ],
)
def test_a_changed_table_is_noticed(fresh: JupyterKernel, change: str) -> None:
    pytest.importorskip("pandas", reason="pandas is not installed: nothing is known here about tables")
    made = (
        "import pandas as pd\n"
        "df = pd.DataFrame({'n': range(5), 'w': list('abcde'), 'c': pd.Categorical(list('xyxyx')),"
        " 'at': pd.to_datetime(['2020'] * 5, utc=True)})"
    )

    (row,) = run(fresh, made).ended.changed

    assert (row.type, row.size, row.preview) == ("DataFrame", "5 rows x 4 columns", "columns n, w, c, at")
    assert changed(fresh, "print(df)") == {}
    assert list(changed(fresh, change)) == ["df"]


def test_a_table_is_looked_at_without_computing_anything(fresh: JupyterKernel) -> None:
    pytest.importorskip("pandas", reason="pandas is not installed: nothing is known here about tables")
    code = "import pandas as pd\ndf = pd.DataFrame({('a', 'x'): [1], ('a', 'y'): [2]}); groups = df.groupby(('a', 'x'))"

    rows = changed(fresh, code)

    assert (rows["df"].preview, rows["groups"].size) == ("columns ('a', 'x'), ('a', 'y')", "")
    assert changed(fresh, "pass") == {}


@pytest.mark.parametrize("change", ["a[1, 1] = 7", "a += 1", "a = a.T", "big[-1] = 5", "big = big * 2"])
def test_a_changed_array_is_noticed(fresh: JupyterKernel, change: str) -> None:
    pytest.importorskip("numpy", reason="numpy is not installed: nothing is known here about arrays")
    rows = changed(fresh, "import numpy as np\na = np.zeros((3, 4)); big = np.ones(10**6); one = np.float64(2)")

    assert {name: row.size for name, row in rows.items()} == {"a": "3 x 4", "big": "1000000 items", "one": ""}
    assert changed(fresh, "a.sum(); one = np.float64(2)") == {}
    assert list(changed(fresh, change)) == [change.split()[0].split("[")[0]]
