"""A one-shot question to a provider that litellm reaches, against litellm alone."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from statistics import median

from tests.bench.figure import Figure
from tests.bench.measure import alternately
from tests.bench.programs import COMMAND, Bench

MODEL = "anthropic/prose-400-8"

BARE = f"""
import litellm
asked = [{{"role": "user", "content": "Say it."}}]
for chunk in litellm.completion(model="{MODEL}", messages=asked, stream=True, stream_options={{"include_usage": True}}):
    print(chunk.choices[0].delta.content or "", end="")
"""
"""`import litellm`, and one request."""


def one_question(bench: Bench) -> Iterator[Figure]:
    """The whole process, kernel included although the answer needs none: start, one request, end."""
    quiet = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_MODE": "PRODUCTION"}
    provider = {"ANTHROPIC_API_BASE": bench.server.url.removesuffix("/v1"), "ANTHROPIC_API_KEY": "sk-bench"}
    there = replace(bench, environment={**bench.environment, **quiet, **provider})
    ours, floor = alternately(
        bench.runs,
        lambda: there.run(COMMAND, "-y", "--model", MODEL, "Say it."),
        lambda: there.run(sys.executable, "-c", BARE),
    )
    for name, most in (("wall", 1.15), ("cpu", None)):
        ours_s, floor_s = (median(getattr(cost, name) for cost in costs) for costs in (ours, floor))
        yield Figure(f"one question by litellm: {name}", ours_s, floor_s, "s", most_ratio=most)
