"""litellm says nothing, and nobody is asked but the model."""

import json
import subprocess
import sys

from tests.scripted_server import Says, ScriptedServer

PROGRAM = """
import json, sys
asked = []

def hook(event, arguments):
    if event == "socket.connect":
        asked.append(str(arguments[1]))
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        asked.append(str(arguments[0]))

sys.addaudithook(hook)
from interpreter.core.cancel import CancelToken
from interpreter.core.messages import Instruction
from interpreter.llm.litellm_import import warm
from interpreter.llm.litellm_model import LiteLLMModel

warm()
before = list(asked)
model = LiteLLMModel("openai/any", api_key="k", api_base=sys.argv[1], cancel=CancelToken())
said = "".join(delta.text for delta in model.stream("", [Instruction("hi")]) if hasattr(delta, "text"))
model.close()
import litellm
with open(sys.argv[2], "w") as file:
    json.dump({"before": before, "asked": asked, "said": said, "telemetry": litellm.telemetry}, file)
"""


def test_an_import_and_a_request_print_nothing_and_reach_nobody_but_the_model(tmp_path):
    (tmp_path / ".env").write_text("LITELLM_LOG=DEBUG\nOPENAI_API_KEY=from-a-stranger\n")
    with ScriptedServer(Says("Hello there.")) as server:
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, server.url, str(tmp_path / "told")],
            capture_output=True,
            text=True,
            timeout=250,
            cwd=tmp_path,
        )
        address = server.url
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    told = json.loads((tmp_path / "told").read_text())
    assert told["said"] == "Hello there." and told["before"] == [] and told["telemetry"] is False
    port = address.rpartition(":")[2].partition("/")[0]
    assert told["asked"] and all("127.0.0.1" in each for each in told["asked"])
    assert all(port in each for each in told["asked"] if each.startswith("("))
