"""What stands out in code is named, and what does not is not."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interpreter.core.hints import hints
from interpreter.core.messages import CodeBlock

FOLDER = "/home/ann/work"

PYTHON = [
    # shell
    ("!ls", "shell (!)"),
    ("files = !ls\nprint(files)", "shell (!)"),
    ("%%bash\nrm -rf build", "deletes files (rm); shell (%%bash)"),
    ("import os\nos.system('ls')", "shell (os.system)"),
    ("from os import system as run\nrun('rm x')", "deletes files (rm); shell (os.system)"),
    ("import subprocess as sp\nsp.run(['rm', '-rf', path])", "deletes files (rm); shell (subprocess.run)"),
    ("import subprocess\nsubprocess.run(f'curl {url}', shell=True)", "network (curl); shell (subprocess.run)"),
    ("import subprocess\nprint(subprocess.PIPE)", ""),
    ("get_ipython().system('ls')", "shell (get_ipython().system)"),
    ("for f in files:\n    !rm {f}", "deletes files (rm); shell (!)"),
    # network
    ("import requests\nrequests.get(url)", "network (requests)"),
    ("from urllib.request import urlopen", "network (urllib.request)"),
    ("from urllib import request", "network (urllib.request)"),
    ("from urllib.parse import quote", ""),
    ("%pip install pandas", "network (pip install)"),
    ("!pip install pandas", "network (pip install); shell (!)"),
    ("!git clone https://x.org/y", "network (git clone); shell (!)"),
    ("import pandas as pd\npd.read_csv('https://x.org/a.csv')", "network (x.org)"),
    ("import pandas as pd\npd.read_csv('a.csv')", ""),
    ("print('https://x.org')", ""),
    # deletes
    ("import shutil\nshutil.rmtree('build')", "deletes files (shutil.rmtree)"),
    ("from shutil import rmtree\nrmtree(p)", "deletes files (shutil.rmtree)"),
    ("import os\nos.remove(p); os.unlink(p); os.rmdir(p); os.removedirs(p)",
     "deletes files (os.remove, os.unlink, os.rmdir, …)"),
    ("from pathlib import Path\nPath('a').unlink()", "deletes files (.unlink)"),
    ("con.execute('DROP  TABLE people')", "deletes data (DROP TABLE)"),
    ("con.execute('delete from people')", "deletes data (DELETE FROM)"),
    ("numbers.remove(3)", ""),
    ("print('rm -rf /')", ""),
    ("print('DROP TABLE people')", ""),
    ("text = '''\n!rm -rf x\n'''", ""),
    ("# os.remove(p)\nx = 1", ""),
    # writes
    ("open('out.txt', 'w').write('x')", ""),
    ("open('/etc/hosts').read()", ""),
    ("open('/etc/hosts', 'a')", "writes outside the folder (/etc/hosts)"),
    ("open('/home/ann/work/a/b', mode='w')", ""),
    ("open('/home/ann/worker', mode='w')", "writes outside the folder (/home/ann/worker)"),
    ("open('../x', 'wb')", "writes outside the folder (../x)"),
    ("open('a/../x', 'wb')", ""),
    ("from pathlib import Path\n(Path.home() / 'x.txt').write_text('')", "writes outside the folder (~/x.txt)"),
    ("from pathlib import Path\np = Path('~') / 'x'\np.expanduser().write_text('')", "writes outside the folder (~/x)"),
    ("import os\nbase = '/var'\nos.makedirs(os.path.join(base, 'x', name))", "writes outside the folder (/var/x)"),
    ("df.to_csv('/srv/a.csv')", "writes outside the folder (/srv/a.csv)"),
    ("df.to_csv('a.csv')\nplt.savefig('a.png')", ""),
    ("import shutil\nshutil.copy('/etc/hosts', 'hosts')", ""),
    ("import shutil\nshutil.move('a', '/srv/a')", "writes outside the folder (/srv/a)"),
    ("open(f'/srv/{name}', 'w')", "writes outside the folder (/srv/)"),
    ("%%writefile /etc/motd\nhello", "writes outside the folder (/etc/motd)"),
    # secrets
    ("open('.env').read()", "reads secrets (.env)"),
    ("from pathlib import Path\n(Path.home() / '.ssh' / 'id_rsa').read_text()", "reads secrets (id_rsa, .ssh)"),
    ("import os\nos.environ['OPENAI_API_KEY']", "reads secrets (OPENAI_API_KEY)"),
    ("import os\nos.environ['HOME'], os.getenv('LANG')", ""),
    ("from dotenv import load_dotenv\nload_dotenv()", "reads secrets (.env)"),
    # what is no Python, and nothing
    ("print 'x'\nimport os\nos.system('ls')", "shell (os.system)"),
    ("print 'os.system(1)'\n", ""),
    ("exec(text)", "runs text as code (exec)"),
    ("x = 6 * 7\nprint(x)", ""),
    ("", ""),
]  # fmt: skip

SHELL = [
    ("ls -la | wc -l", ""),
    ("echo rm -rf /", ""),
    ("echo 'a; rm x'", ""),
    ("rm -rf build", "deletes files (rm)"),
    ("cd x && /bin/rm y; rmdir z", "deletes files (rm, rmdir)"),
    ("find . -name '*.o' -delete", "deletes files (find -delete)"),
    ("find . -exec rm {} \\;", "deletes files (rm)"),
    ("ls | xargs -n 1 rm", "deletes files (rm)"),
    ('echo "$(rm x)"', "deletes files (rm)"),
    ("sudo -E apt-get install r-base", "runs as root (sudo); network (apt-get install)"),
    ("if test -f x; then curl -O https://x.org; fi", "network (curl)"),
    ("python3 -m pip install x", "network (pip install)"),
    ("git status; git log", ""),
    ("git push", "network (git push)"),
    ("echo x > out.txt 2> /dev/null", ""),
    ("echo x >> ~/.bashrc", "writes outside the folder (~/.bashrc)"),
    ("cp a.txt /srv/", "writes outside the folder (/srv/)"),
    ("cat ~/.ssh/id_ed25519", "reads secrets (~/.ssh/id_ed25519)"),
    ("cat < /etc/hosts", ""),
    ("cat > notes.txt <<EOF\nrm -rf /\nEOF\nls", ""),
    ("bash <<'EOF'\nrm x\nEOF", "deletes files (rm)"),
    ("bash -c 'rm x'", "deletes files (rm)"),
    ("psql -c 'TRUNCATE TABLE t'", "deletes data (TRUNCATE TABLE)"),
    ("# rm x\nX=1 true", ""),
    ("echo $((1 << 3)); rm x", "deletes files (rm)"),
    ("sed -i s/a/b/ /etc/hosts", "writes outside the folder (/etc/hosts)"),
    ("it's not closed; rm x", "deletes files (rm)"),
]

OTHERS = [
    ("javascript", "console.log('fetch(1)') // fetch(2)", ""),
    ("javascript", "await fetch('https://x.org')", "network (fetch)"),
    ("javascript", "import { execSync } from 'node:child_process'", "shell (child_process)"),
    ("typescript", "Deno.removeSync('x')", "deletes files (Deno.removeSync)"),
    ("typescript", "new Deno.Command('ls')", "shell (Deno.Command)"),
    ("typescript", "Deno.writeTextFileSync('/etc/motd', '')", "writes outside the folder (/etc/motd)"),
    ("r", "unlink('x'); system('ls')", "deletes files (unlink); shell (system)"),
    ("r", "# system('ls')\nprint('unlink(x)')", ""),
    ("r", "readLines('.env')", "reads secrets (.env)"),
    ("sql", "DROP TABLE t; -- gone", "deletes data (DROP TABLE)"),
    ("sql", "-- DROP TABLE t\nSELECT 1", ""),
    ("cobol", "DISPLAY 'x'", ""),
]  # fmt: skip

TABLE = [*(("python", *row) for row in PYTHON), *(("bash", *row) for row in SHELL), *OTHERS]


@pytest.mark.parametrize(("language", "code", "said"), TABLE)
def test_what_stands_out_is_named_and_nothing_else(language, code, said):
    assert "; ".join(hints(CodeBlock(language, code), FOLDER)) == said


def test_many_words_of_one_kind_and_long_ones_are_cut():
    code = f"rm a\nrmdir b\nshred c\nunlink d\necho > /{'x' * 90}"
    assert hints(CodeBlock("bash", code), FOLDER) == (
        "deletes files (rm, rmdir, shred, …)",
        f"writes outside the folder (/{'x' * 38}…)",
    )


ODD = [
    "!", "%%bash\n", "$(", "`", "'", '"', "\n", "<<A\n", "A\n", "(", "rm ", "open(", "'''", "os.", "=", "${", "/*",
    "mkdir(", "1+", "-", "a.", "\\", "x='", " ",
]  # fmt: skip
PIECES = st.lists(st.one_of(st.text(max_size=3), st.sampled_from(ODD))).map("".join)


@given(st.sampled_from(["python", "bash", "javascript", "r", "sql"]), PIECES)
def test_no_code_is_too_odd(language, code):
    assert all(isinstance(hint, str) for hint in hints(CodeBlock(language, code), FOLDER))


@pytest.mark.parametrize("language", ["python", "bash", "javascript"])
@pytest.mark.parametrize("part", [*ODD, "x = 1\n", "import os; os.remove('x')\n"])
def test_endless_code_takes_a_moment(language, part):
    code = part * (1_000_000 // len(part))
    began = time.monotonic()
    found = hints(CodeBlock(language, code), FOLDER)
    seconds = time.monotonic() - began
    print(f"{seconds:.2f} seconds; the goal is 1")
    assert "too long to look at all of it" in found
    assert seconds < 20


def test_what_is_deleted_by_ten_thousand_lines_is_found():
    code = "\n".join(f"x{n} = {n}" for n in range(10_000)) + "\nimport os\nos.remove('x')"
    assert hints(CodeBlock("python", code), FOLDER) == ("deletes files (os.remove)",)
