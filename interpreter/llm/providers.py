"""Who offers models: the variables that hold their keys, the model to take when none was named."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider: the prefix of its models' names, its key variables (one is enough), its host, its usual model."""

    prefix: str
    variables: tuple[str, ...]
    host: str = ""
    default: str = ""


PROVIDERS = (
    Provider("openai", ("OPENAI_API_KEY",), "api.openai.com", "gpt-5-mini"),
    Provider(
        "anthropic", ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"), "api.anthropic.com", "anthropic/claude-sonnet-4-5"
    ),
    Provider(
        "gemini", ("GEMINI_API_KEY", "GOOGLE_API_KEY"), "generativelanguage.googleapis.com", "gemini/gemini-2.5-flash"
    ),
    Provider("openrouter", ("OPENROUTER_API_KEY", "OR_API_KEY"), "openrouter.ai", "openrouter/auto"),
    Provider("groq", ("GROQ_API_KEY",), "api.groq.com", "groq/openai/gpt-oss-120b"),
    Provider("mistral", ("MISTRAL_API_KEY",), "api.mistral.ai", "mistral/mistral-medium-latest"),
    Provider("deepseek", ("DEEPSEEK_API_KEY",), "api.deepseek.com", "deepseek/deepseek-chat"),
    Provider("xai", ("XAI_API_KEY",), "api.x.ai", "xai/grok-4.5-latest"),
    Provider("cerebras", ("CEREBRAS_API_KEY",), "api.cerebras.ai", "cerebras/gpt-oss-120b"),
    Provider("dashscope", ("DASHSCOPE_API_KEY",), "dashscope.aliyuncs.com", "dashscope/qwen3-coder-plus"),
    Provider("moonshot", ("MOONSHOT_API_KEY",), "api.moonshot.ai", "moonshot/kimi-k2.5"),
    Provider("zai", ("ZAI_API_KEY",), "api.z.ai", "zai/glm-4.6"),
    Provider(
        "together_ai",
        ("TOGETHERAI_API_KEY", "TOGETHER_AI_API_KEY", "TOGETHER_API_KEY", "TOGETHER_AI_TOKEN"),
        "api.together.xyz",
        "together_ai/Qwen/Qwen3-Coder-480B-A35B-Instruct-FP8",
    ),
    Provider(
        "fireworks_ai",
        ("FIREWORKS_API_KEY", "FIREWORKS_AI_API_KEY", "FIREWORKSAI_API_KEY", "FIREWORKS_AI_TOKEN"),
        "api.fireworks.ai",
        "fireworks_ai/accounts/fireworks/models/qwen3-coder-480b-a35b-instruct",
    ),
    Provider("perplexity", ("PERPLEXITYAI_API_KEY", "PERPLEXITY_API_KEY"), "api.perplexity.ai"),
    Provider("cohere", ("COHERE_API_KEY", "CO_API_KEY"), "api.cohere.com"),
    Provider("azure", ("AZURE_API_KEY", "AZURE_OPENAI_API_KEY", "AZURE_AD_TOKEN")),
    Provider("azure_ai", ("AZURE_AI_API_KEY",)),
    Provider("huggingface", ("HUGGINGFACE_API_KEY", "HF_TOKEN"), "router.huggingface.co"),
    Provider("replicate", ("REPLICATE_API_KEY", "REPLICATE_API_TOKEN")),
    Provider("deepinfra", ("DEEPINFRA_API_KEY",), "api.deepinfra.com"),
    Provider("nvidia_nim", ("NVIDIA_NIM_API_KEY",), "integrate.api.nvidia.com"),
    Provider("sambanova", ("SAMBANOVA_API_KEY",), "api.sambanova.ai"),
    Provider("novita", ("NOVITA_API_KEY",), "api.novita.ai"),
    Provider("hyperbolic", ("HYPERBOLIC_API_KEY",), "api.hyperbolic.xyz"),
    Provider("nebius", ("NEBIUS_API_KEY",)),
    Provider("minimax", ("MINIMAX_API_KEY",)),
)

OTHER_KEY_VARIABLES = frozenset(
    {
        "ANTHROPIC_IDENTITY_TOKEN",
        "AWS_BEARER_TOKEN_BEDROCK",
        "AIMLAPI_KEY",
        "BASETEN_KEY",
        "COMETAPI_KEY",
        "DATABRICKS_TOKEN",
        "FRIENDLI_TOKEN",
        "GIGACHAT_CREDENTIALS",
        "GITHUB_COPILOT_TOKEN",
        "HUGGING_FACE_HUB_TOKEN",
        "JINA_AI_TOKEN",
        "LITELLM_MASTER_KEY",
        "OPENAI_ADMIN_KEY",
        "OPENROUTER_KEY",
        "VOYAGE_AI_TOKEN",
        "WATSONX_APIKEY",
        "WATSONX_TOKEN",
    }
)
"""Names that litellm reads keys from and that the rule for names does not cover."""


def provider_of(name: str) -> Provider | None:
    """The provider that a model's name begins with; Claude and Gemini are known without a prefix."""
    prefix = name.partition("/")[0].lower()
    families = {"claude": "anthropic"}
    prefix = prefix if "/" in name else families.get(prefix.partition("-")[0], "")
    return next((provider for provider in PROVIDERS if provider.prefix == prefix), None)


def provider_at(host: str) -> Provider | None:
    """The provider that answers at a host."""
    return next((provider for provider in PROVIDERS if provider.host and host == provider.host), None)
