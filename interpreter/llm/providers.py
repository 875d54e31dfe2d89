"""Who offers models: the variables that hold their keys, the model to take when none was named."""

from dataclasses import dataclass

from interpreter.llm.further_providers import ALSO_SECRET, FURTHER, listed_by_litellm


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
        "anthropic", ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"), "api.anthropic.com", "anthropic/claude-sonnet-5-5"
    ),
    Provider(
        "gemini", ("GEMINI_API_KEY", "GOOGLE_API_KEY"), "generativelanguage.googleapis.com", "gemini/gemini-2.5-flash"
    ),
    Provider("openrouter", ("OPENROUTER_API_KEY", "OR_API_KEY"), "openrouter.ai", "openrouter/auto"),
    Provider("groq", ("GROQ_API_KEY",), "api.groq.com", "groq/openai/gpt-oss-120b"),
    Provider("mistral", ("MISTRAL_API_KEY",), "api.mistral.ai", "mistral/mistral-medium-latest"),
    Provider("deepseek", ("DEEPSEEK_API_KEY",), "api.deepseek.com", "deepseek/deepseek-flash"),
    Provider("xai", ("XAI_API_KEY",), "api.x.ai", "xai/grok-4.5-latest"),
    Provider("cerebras", ("CEREBRAS_API_KEY",), "api.cerebras.ai", "cerebras/gpt-oss-120b"),
    Provider("dashscope", ("DASHSCOPE_API_KEY",), "dashscope.aliyuncs.com", "dashscope/qwen3-coder-plus"),
    Provider("moonshot", ("MOONSHOT_API_KEY",), "api.moonshot.ai", "moonshot/kimi-k2.5"),
    Provider("zai", ("ZAI_API_KEY",), "api.z.ai", "zai/glm-4.6"),
    Provider(
        "together_ai",
        ("TOGETHERAI_API_KEY", "TOGETHER_AI_API_KEY", "TOGETHER_API_KEY", "TOGETHER_AI_TOKEN"),
        "api.together.xyz",
        "together_ai/zai-org/GLM-5.3",
    ),
    Provider(
        "fireworks_ai",
        ("FIREWORKS_API_KEY", "FIREWORKS_AI_API_KEY", "FIREWORKSAI_API_KEY", "FIREWORKS_AI_TOKEN"),
        "api.fireworks.ai",
        "fireworks_ai/accounts/fireworks/models/qwen3-coder-480b-a35b-instruct",
    ),
    Provider("perplexity", ("PERPLEXITYAI_API_KEY", "PERPLEXITY_API_KEY"), "api.perplexity.ai"),
    Provider("cohere", ("COHERE_API_KEY", "CO_API_KEY"), "api.cohere.com"),
    Provider("cohere_chat", ("COHERE_API_KEY", "CO_API_KEY")),
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


def known_variables() -> frozenset[str]:
    """Every name under which a provider's key is known to be found."""
    listed = (variables for variables, _ in listed_by_litellm().values())
    return ALSO_SECRET.union(*(each.variables for each in PROVIDERS), *FURTHER.values(), *listed)


def provider_of(name: str) -> Provider | None:
    """The provider that a model's name begins with; Claude is known without a prefix."""
    prefix = name.partition("/")[0].lower()
    families = {"claude": "anthropic"}
    return provider_named(prefix if "/" in name else families.get(prefix.partition("-")[0], ""))


def provider_named(prefix: str) -> Provider | None:
    """The provider of a prefix; None where litellm needs no key for it, or knows none of that name."""
    found = next((provider for provider in PROVIDERS if provider.prefix == prefix), None)
    if found is not None or not prefix:
        return found
    if prefix in FURTHER:
        return Provider(prefix, FURTHER[prefix])
    variables, _ = listed_by_litellm().get(prefix, ((), ""))
    return Provider(prefix, variables) if variables else None


def all_providers() -> tuple[Provider, ...]:
    """Every provider that a key opens, the best known first."""
    known = {each.prefix for each in PROVIDERS}
    further = sorted({*FURTHER, *listed_by_litellm()} - known)
    return (*PROVIDERS, *(found for prefix in further if (found := provider_named(prefix))))


def provider_at(host: str) -> Provider | None:
    """The provider that answers at a host."""
    return next((provider for provider in PROVIDERS if provider.host and host == provider.host), None)
