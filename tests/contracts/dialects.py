"""How each language says what the kernels' contract is about."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Dialect:
    """How a language says what the contract is about."""

    language: str
    tags: tuple[str, ...]
    keep: str  # set the variable `kept` to 41
    tell: str  # print `kept` plus one
    write: str  # print `out` to stdout and `err` to stderr
    pause: str  # print `first`, wait 0.7 s, print `second`
    fail: str
    failure: str  # what the traceback or the text of the failure contains
    loop: str
    sleep: str
    child: str  # wait for a child process that sleeps
    child_reads: str  # a child that reads its input to the end, then prints `read`
    stubborn: str  # cannot be interrupted
    exit_1: str  # end the kernel itself; nothing where code and kernel are two processes
    kill_self: str
    lines: str  # print the numbers below `count` in lines
    unicode: str  # print `naïve 中文 🎈`
    late: str  # print `late` in the background after 0.5 s; nothing where the kernel cannot tell blocks apart
    wait: str  # wait for a second, then print `second`
    recurse: str  # call oneself for ever
    recursed: str  # what is told of that
    hoard: str  # ask for more memory than there may be, using little
    hoarded: str  # what is told of that
    full: str  # write a file on a disk that is full
    bytes: str  # print 500 MB in one line; nothing where that takes minutes
    errors: str  # write `error_count` lines to stderr, each `line`
    returns: str  # print `0` to `9999`, each followed by a carriage return; nothing where there are only lines
    ask: str  # ask for input; nothing where the language has no such thing
    tree: str  # start 30 processes in a tree, which ignore SIGTERM, and print their ids
    dies: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # other ends of the kernel: code, what is named
    # set `number` to 5, `items` to an array of three items, define the function `greet`; nothing where the kernel
    # cannot list variables
    state: str = ""
    change: str = ""  # set `number` to 6, change one of `items`, and fail
    forget: str = ""  # delete `number`
    count: int = 1_000_000
    error_count: int = 100_000
    stops: tuple[str, ...] = ("loop", "sleep", "child")  # what an interrupt stops; anything else is killed
    is_remote: bool = False  # on a Jupyter Server, which does not say how a kernel died
    is_boxed: bool = False  # confined by the strongest box that works here

    @property
    def name(self) -> str:
        return f"{'remote ' * self.is_remote}{'boxed ' * self.is_boxed}{self.language}"


TREE = (
    "for i in 1 2 3 4 5; do (trap '' TERM; for j in 1 2 3 4 5; do (trap '' TERM; echo $BASHPID; sleep 600) & done; "
    "echo $BASHPID; wait) & done; sleep 1"
)

PYTHON = Dialect(
    language="python",
    tags=("python", "py", "Python3", " ipython "),
    keep="kept = 41",
    tell="print(kept + 1)",
    write="import sys; print('out'); print('err', file=sys.stderr)",
    pause="import time; print('first'); time.sleep(0.7); print('second')",
    fail="def divide():\n    return 1 / 0\ndivide()",
    failure="ZeroDivisionError: division by zero",
    loop="while True: pass",
    sleep="import time; time.sleep(600)",
    child="import subprocess; subprocess.run(['sleep', '600'])",
    child_reads="import subprocess; subprocess.run(['cat']); print('read')",
    stubborn="import time\nwhile True:\n    try: time.sleep(600)\n    except KeyboardInterrupt: pass",
    exit_1="import os; os._exit(1)",
    kill_self="import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
    lines="for i in range(1_000_000): print(i)",
    unicode="print('naïve 中文 🎈')",
    recurse="def deeper(n): return deeper(n + 1) + 1\ndeeper(1)",
    recursed="RecursionError",
    hoard="bytearray(1 << 40)",
    hoarded="MemoryError",
    full="with open('/dev/full', 'w') as file: file.write('x')",
    bytes="print('x' * 500_000_000)",
    errors="import sys\nfor i in range(100_000): print('line', file=sys.stderr)",
    returns="for i in range(10_000): print(i, end='\\r')",
    ask="input('name? ')",
    tree=f"import subprocess; subprocess.Popen(['bash', '-c', {TREE!r}]).wait()",
    dies={
        "abort": ("import os; os.abort()", "SIGABRT"),
        "segfault": ("import ctypes; ctypes.string_at(0)", "SIGSEGV"),
    },
    late="import threading; threading.Timer(0.5, print, ['late']).start()",
    wait="import time; time.sleep(1); print('second')",
    state="import os\nnumber = 5\nitems = ['a', 'b', 'c']\ndef greet(): pass",
    change="number = 6\nitems[1] = 'new'\n1 / 0",
    forget="del number",
)

# On a server there is no limit of ours on memory, and processes that code starts are its own matter.
REMOTE_PYTHON = replace(PYTHON, is_remote=True, hoard="", tree="")

BASH = Dialect(
    language="bash",
    tags=("bash", "sh", "Shell", " zsh "),
    keep="kept=41",
    tell="echo $((kept + 1))",
    write="echo out; echo err >&2",
    pause="echo first; sleep 0.7; echo second",
    fail="nosuchcommand",
    failure="nosuchcommand: command not found",
    loop="while :; do :; done",
    sleep="sleep 600",
    child="bash -c 'sleep 600; true'; echo not reached",
    child_reads="cat; read x; echo read",
    stubborn="trap '' INT TERM; while :; do sleep 0.1; done",
    exit_1="",
    kill_self="kill -KILL $PPID; sleep 600",
    lines="seq 0 999999",
    unicode="echo 'naïve 中文 🎈'",
    recurse="deeper() { deeper; }; deeper",
    recursed="SIGSEGV",
    hoard="python3 -c 'bytearray(1 << 40)'",
    hoarded="MemoryError",
    full="echo x > /dev/full",
    bytes="head -c 500000000 /dev/zero | tr '\\0' x; echo",
    errors="yes line | head -100000 >&2",
    returns="for ((i = 0; i < 10000; i++)); do printf '%d\\r' $i; done",
    ask="",
    tree=TREE,
    dies={
        "abort": ("kill -ABRT $PPID; sleep 600", "SIGABRT"),
        "segfault": ("kill -SEGV $PPID; sleep 600", "SIGSEGV"),
    },
    late="(sleep 0.5; echo late) &",
    wait="sleep 1; echo second",
    state="number=5; items=(a b c); greet() { :; }",
    change="number=6; items[1]=new; false",
    forget="unset number",
)

# Without `await`: deno cannot interrupt what a block awaits.
WAIT = "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, {})"

JAVASCRIPT = Dialect(
    language="javascript",
    tags=("javascript", "js", "TS", " typescript "),
    keep="let kept = 41",
    tell="console.log(kept + 1)",
    write="console.log('out'); console.error('err')",
    pause=f"console.log('first'); {WAIT.format(700)}; console.log('second')",
    fail="function explode() { throw new RangeError('too far') }\nexplode()",
    failure="RangeError: too far",
    loop="while (true) {}",
    sleep=WAIT.format(600_000),
    child="await new Deno.Command('sleep', { args: ['600'] }).output()",
    child_reads="await new Deno.Command('cat').output(); console.log('read')",
    stubborn="await new Promise(() => {})",
    exit_1="Deno.exit(1)",
    kill_self="Deno.kill(Deno.pid, 'SIGKILL'); while (true) {}",
    lines="for (let i = 0; i < 100_000; i++) console.log(i)",
    unicode="console.log('naïve 中文 🎈')",
    recurse="function deeper(n) { return deeper(n + 1) + 1 }\ndeeper(1)",
    recursed="RangeError: Maximum call stack size exceeded",
    hoard="let all = []; while (true) all.push(new ArrayBuffer(1_000_000_000))",
    hoarded="RangeError: Array buffer allocation failed",
    full="Deno.writeTextFileSync('/dev/full', 'x')",
    bytes="console.log('x'.repeat(500_000_000))",
    errors="for (let i = 0; i < 100_000; i++) console.error('line')",
    returns="",
    ask="if (prompt('name? ') === null) throw new Error('no answer')",
    tree=f"await new Deno.Command('bash', {{ args: ['-c', {f'exec > tree; {TREE}'!r}] }}).spawn().status; "
    "console.log(await Deno.readTextFile('tree'))",
    dies={"abort": ("Deno.kill(Deno.pid, 'SIGABRT'); while (true) {}", "SIGABRT")},
    late="",
    wait="",
    stops=("loop", "sleep"),
    count=100_000,
)

R = Dialect(
    language="r",
    tags=("r", "R", " Rscript "),
    keep="kept <- 41",
    tell="cat(kept + 1)",
    write="cat('out'); message('err')",
    pause="cat('first\\n'); Sys.sleep(0.7); cat('second\\n')",
    fail="divide <- function() stop('too far')\ndivide()",
    failure="Error in divide(): too far",
    loop="repeat {}",
    sleep="Sys.sleep(600)",
    child="system('sleep 600'); cat('not reached')",
    child_reads="system('cat'); cat('read')",
    stubborn="repeat tryCatch(Sys.sleep(600), interrupt = function(it) NULL)",
    exit_1=".Internal(quit('no', 1L, FALSE))",
    kill_self="tools::pskill(Sys.getpid(), 9); repeat {}",
    lines="for (i in 0:199999) cat(i, '\\n', sep = '')",
    unicode="cat('naïve 中文 🎈')",
    recurse="deeper <- function(n) deeper(n + 1) + 1\ndeeper(1)",
    recursed="too close to the limit",
    hoard="numeric(1e12)",
    hoarded="cannot allocate vector of size",
    full="if (system('cp /bin/sh /dev/full')) stop('not written')",
    bytes="cat(strrep('x', 5e8)); cat('\\n')",
    errors="write(rep('line', 100000), stderr())",
    returns="for (i in 0:9999) cat(i, '\\r', sep = '')",
    ask="readline('name? ')",
    tree=f"system(paste('bash -c', shQuote({TREE!r})))",
    dies={"abort": ("tools::pskill(Sys.getpid(), 6); repeat {}", "SIGABRT")},
    late="",
    wait="",
    count=200_000,
)

JAVA = Dialect(
    language="java",
    tags=("java", " Java "),
    keep="int kept = 41;",
    tell="System.out.println(kept + 1);",
    write='System.out.println("out"); System.err.println("err");',
    pause='System.out.println("first"); Thread.sleep(700); System.out.println("second");',
    fail='int divide() { throw new IllegalStateException("too far"); }\ndivide()',
    failure="IllegalStateException: too far",
    loop="while (true) {}",
    sleep="Thread.sleep(600_000);",
    child='new ProcessBuilder("sleep", "600").start().waitFor();',
    child_reads='new ProcessBuilder("cat").inheritIO().start().waitFor(); System.out.println("read");',
    stubborn="while (true) try { Thread.sleep(600_000); } catch (Throwable it) {}",
    exit_1="System.exit(1);",
    kill_self='Runtime.getRuntime().exec("kill -KILL " + ProcessHandle.current().pid()).waitFor();',
    lines="for (int i = 0; i < 900; i++) System.out.println(i);",
    unicode='System.out.println("naïve 中文 🎈");',
    recurse="int deeper(int n) { return deeper(n + 1) + 1; }\ndeeper(1)",
    recursed="StackOverflowError",
    hoard="new long[(int) Math.min(Integer.MAX_VALUE - 8, Runtime.getRuntime().maxMemory() / 8 + 1)];",
    hoarded="OutOfMemoryError",
    full='java.nio.file.Files.writeString(java.nio.file.Path.of("/dev/full"), "x");',
    bytes="",
    errors='for (int i = 0; i < 500; i++) System.err.println("line");',
    returns="",
    ask="new Scanner(System.in).nextLine();",
    tree="",
    dies={"abort": ('Runtime.getRuntime().exec("kill -ABRT " + ProcessHandle.current().pid()).waitFor();', "SIGABRT")},
    late="",
    wait="",
    # jjava drops lines when more of them wait than a thousand.
    count=900,
    error_count=500,
)
