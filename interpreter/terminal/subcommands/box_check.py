"""What the doctor says of the box: which one works here, and what code of each language really reaches in it."""

import json
import os
import shlex
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace

from interpreter.confinement import box_for
from interpreter.core.cancel import CancelToken
from interpreter.core.errors import InterpreterError, KernelFailed
from interpreter.core.messages import Text
from interpreter.core.ports import Kernel, OutputArrived
from interpreter.kernels.catalogue import Catalogue
from interpreter.kernels.environments import settled
from interpreter.kernels.local_kernels import LocalKernels
from interpreter.kernels.recipes import python_recipe
from interpreter.known_secrets import without_keys
from interpreter.places import find_python
from interpreter.sandbox.box import Kind
from interpreter.sandbox.choose import INSTALL, ORDER, find_box
from interpreter.sandbox.containment import KEY, ROWS, SCRIPT, Canary, broken, not_stopped
from interpreter.settings import Settings
from interpreter.terminal.subcommands.finding import Finding, Level

NONE = "no box works here, so -y needs --sandbox none"
SECONDS = 60.0
"""For all tries of one language."""

CALLS: Mapping[str, str] = {
    "python": "import subprocess; subprocess.run({argv!r}, check=True)",
    "bash": "{shell}",
    "javascript": "const child = new Deno.Command({program}, {{ args: {arguments} }}).outputSync();\n"
    "console.log(new TextDecoder().decode(child.stdout))",
    "r": "cat(system({quoted}, intern = TRUE), sep = '\\n')",
}
"""How a language starts a program and prints what that prints; languages that are not here are not tried."""


def box(settings: Settings, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Which box is used, why not a stronger one, and what it stops, tried in each language that runs here."""
    found = find_box("auto")
    for kind in ORDER:
        if kind in found.reasons and not found.reasons[kind].startswith("it is a part of"):
            yield Finding("box", "warn" if found.kind else "fail", f"{kind} does not work: {found.reasons[kind]}")
    if found.kind is None:
        yield Finding("box", "fail", NONE, f"Get one: {INSTALL}")
        return
    yield Finding("box", "ok", f"{found.kind}: code that runs without a question is confined by it")
    yield from _tried(found.kind, settings, environ)


def quick_box(settings: Settings, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Which box is used, without trying what it stops."""
    if kind := find_box("auto").kind:
        yield Finding("box", "ok", f"{kind} (without --quick it is tried what that stops)")
    else:
        yield Finding("box", "fail", NONE, f"Get one: {INSTALL}")


def _tried(kind: Kind, settings: Settings, environ: Mapping[str, str]) -> Iterator[Finding]:
    python = settled(find_python(settings, environ), environ).python
    plain = without_keys(environ)
    with Canary() as canary:
        catalogue = Catalogue(python_recipe(python.path, canary.folder, False), plain)
        wanted = replace(settings, sandbox=kind, network=False, allow_read=(), allow_write=(), allow_env=())
        made = box_for(wanted, canary.folder, catalogue, (SCRIPT,), python=python)
        assert made is not None
        with closing(made):
            kernels = LocalKernels(
                canary.folder,
                cancel=CancelToken(),
                environment=made.environment({**plain, KEY: "sk-canary"}, ()),
                found_with=plain,
                allows_input=False,
                state_folder=None,
                python=python.path,
                confine=made.confine,
                is_apart=made.is_apart,
            )
            with closing(kernels):
                languages = [language for language in kernels.languages() if language in CALLS]
                for language in languages:
                    kernels.warm(language)
                yield from (_finding(kind, language, kernels, canary) for language in languages)


def _finding(kind: Kind, language: str, kernels: LocalKernels, canary: Canary) -> Finding:
    name = f"box, {language}"
    canary.forget()
    try:
        results = canary.results(_printed(kernels.get(language), _code(language, canary)))
    except InterpreterError as error:
        return Finding(name, "fail", f"not tried: {error}", error.hint)
    except ValueError:
        return Finding(name, "fail", "not tried: its kernel could not run the tries")
    return row_of(kind, language, results)


def row_of(kind: Kind, language: str, results: Mapping[str, str]) -> Finding:
    """What came of all tries in one language."""
    reached, unpromised = broken(kind, results), not_stopped(kind)
    denied = [ROWS[row] for row in ROWS if results[row] == "denied" and row not in unpromised]
    level: Level = "fail" if reached else "ok"
    said = [f"REACHED: {', '.join(ROWS[row] for row in reached)}"] if reached else []
    said.append(f"denied: {', '.join(denied)}")
    if unpromised:
        said.append(f"not promised: {', '.join(ROWS[row] for row in ROWS if row in unpromised)}")
    return Finding(f"box, {language}", level, "; ".join(said), "Please report it: see SECURITY.md" if reached else "")


def _code(language: str, canary: Canary) -> str:
    argv = [sys.executable, "-I", "-S", os.fspath(SCRIPT), json.dumps(canary.targets())]
    shell = shlex.join(argv)
    return CALLS[language].format(
        argv=argv, shell=shell, program=json.dumps(argv[0]), arguments=json.dumps(argv[1:]), quoted=json.dumps(shell)
    )


def _printed(kernel: Kernel, code: str) -> str:
    printed: list[str] = []
    with closing(kernel.run(code, SECONDS)) as running:
        for event in running:
            if isinstance(event, OutputArrived) and isinstance(event.output, Text):
                printed.append(event.output.text)
    lines = [line for line in "".join(printed).splitlines() if line.startswith("{")]
    if not lines:
        raise KernelFailed(f"the tries printed {''.join(printed)[-200:]!r}")
    return lines[-1]
