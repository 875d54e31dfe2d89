"""The key variables of the providers that litellm knows besides the best known ones, by the prefixes of their names."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path

FURTHER: Mapping[str, tuple[str, ...]] = {
    "ai21": ("AI21_API_KEY",),
    "ai21_chat": ("AI21_API_KEY",),
    "aiml": ("AIML_API_KEY", "AIMLAPI_KEY"),
    "amazon_nova": ("AMAZON_NOVA_API_KEY",),
    "anyscale": ("ANYSCALE_API_KEY",),
    "baseten": ("BASETEN_API_KEY",),
    "bytez": ("BYTEZ_API_KEY",),
    "clarifai": ("CLARIFAI_API_KEY",),
    "cloudflare": ("CLOUDFLARE_API_KEY",),
    "codestral": ("CODESTRAL_API_KEY",),
    "cometapi": ("COMETAPI_API_KEY", "COMETAPI_KEY"),
    "compactifai": ("COMPACTIFAI_API_KEY",),
    "databricks": ("DATABRICKS_API_KEY", "DATABRICKS_TOKEN"),
    "datarobot": ("DATAROBOT_API_TOKEN",),
    "edenai": ("EDENAI_API_KEY",),
    "empower": ("EMPOWER_API_KEY",),
    "featherless_ai": ("FEATHERLESS_AI_API_KEY", "FEATHERLESS_API_KEY"),
    "friendliai": ("FRIENDLIAI_API_KEY", "FRIENDLI_TOKEN"),
    "galadriel": ("GALADRIEL_API_KEY",),
    "gigachat": ("GIGACHAT_API_KEY", "GIGACHAT_CREDENTIALS", "GIGACHAT_ACCESS_TOKEN"),
    "github": ("GITHUB_API_KEY",),
    "gradient_ai": ("GRADIENT_AI_API_KEY",),
    "heroku": ("HEROKU_API_KEY",),
    "inception": ("INCEPTION_API_KEY",),
    "lambda_ai": ("LAMBDA_API_KEY",),
    "maritalk": ("MARITALK_API_KEY",),
    "meta_llama": ("LLAMA_API_KEY",),
    "modelscope": ("MODELSCOPE_API_KEY",),
    "morph": ("MORPH_API_KEY",),
    "nadir": ("NADIR_API_KEY",),
    "nlp_cloud": ("NLP_CLOUD_API_KEY",),
    "nscale": ("NSCALE_API_KEY",),
    "ovhcloud": ("OVHCLOUD_API_KEY",),
    "predibase": ("PREDIBASE_API_KEY",),
    "qwen_ai_platform": ("QWEN_AI_PLATFORM_API_KEY", "DASHSCOPE_API_KEY"),
    "qwencloud": ("QWENCLOUD_API_KEY", "DASHSCOPE_API_KEY"),
    "tencent": ("TENCENT_API_KEY",),
    "v0": ("V0_API_KEY",),
    "vercel_ai_gateway": ("VERCEL_AI_GATEWAY_API_KEY", "VERCEL_OIDC_TOKEN"),
    "volcengine": ("VOLCENGINE_API_KEY", "ARK_API_KEY"),
    "wandb": ("WANDB_API_KEY",),
    "watsonx": ("WATSONX_APIKEY", "WATSONX_API_KEY", "WX_API_KEY", "WATSONX_TOKEN", "WATSONX_ZENAPIKEY"),
}
"""Each opens its provider alone. Read from litellm 1.106; `tests/llm/test_providers.py` asks the installed one."""

SIGNS: Mapping[str, tuple[str, ...]] = {
    "bedrock": ("AWS_BEARER_TOKEN_BEDROCK",),
    "vertex_ai": ("VERTEXAI_PROJECT", "VERTEX_PROJECT"),
}
"""Variables that say a provider is meant to be used whose keys may as well be elsewhere, such as in a cloud's files."""

ALSO_SECRET = frozenset(
    {
        "ANTHROPIC_IDENTITY_TOKEN",
        "AWS_BEARER_TOKEN_BEDROCK",
        "BASETEN_KEY",
        "GITHUB_COPILOT_TOKEN",
        "HUGGING_FACE_HUB_TOKEN",
        "JINA_AI_TOKEN",
        "LITELLM_MASTER_KEY",
        "OPENAI_ADMIN_KEY",
        "OPENROUTER_KEY",
        "SNOWFLAKE_JWT",
        "VOYAGE_AI_TOKEN",
    }
)
"""Names that litellm reads keys from and that no rule for names covers."""

_FILE = "llms/openai_like/providers.json"


@cache
def listed_by_litellm() -> Mapping[str, tuple[tuple[str, ...], str]]:
    """Key variables and address of each provider in litellm's own list of those that speak the OpenAI protocol.

    Read without importing it; empty where it is not installed.
    """
    spec = find_spec("litellm")
    if spec is None or spec.origin is None:
        return {}
    try:
        listed = json.loads((Path(spec.origin).parent / _FILE).read_text("utf-8"))
        return {prefix: ((each["api_key_env"],), each.get("base_url", "")) for prefix, each in listed.items()}
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return {}
