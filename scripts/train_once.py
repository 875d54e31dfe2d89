"""Load exported conversations with TRL and train one step on a tiny random model: `train_once.py FILE.jsonl`.

Wants an environment of its own: `pip install torch trl transformers`. Downloads nothing; needs no accelerator.
"""

import sys
import tempfile
from pathlib import Path

from datasets import load_dataset
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast
from trl import SFTConfig, SFTTrainer

TEMPLATE = (
    "{% for message in messages %}<|{{ message['role'] }}|>{{ message['content'] }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)


def main(arguments: list[str]) -> int:
    """Train one step and print the loss; 1 where it is none."""
    data = load_dataset("json", data_files=str(Path(arguments[0])), split="train")
    tokenizer = byte_tokenizer()
    model = tiny_model(len(tokenizer))
    with tempfile.TemporaryDirectory() as folder:
        config = SFTConfig(
            output_dir=folder, max_steps=1, per_device_train_batch_size=1, max_length=512, use_cpu=True, report_to=[]
        )
        trainer = SFTTrainer(model=model, args=config, train_dataset=data, processing_class=tokenizer)
        loss = trainer.train().training_loss
    print(f"{len(data)} conversations; one step, loss {loss:.3f}")
    return 0 if loss > 0 else 1


def byte_tokenizer() -> PreTrainedTokenizerFast:
    """Every byte a token: nothing has to be learnt or downloaded."""
    marks = ["<|system|>", "<|user|>", "<|assistant|>", "<|end|>", "<|pad|>"]
    vocabulary = {token: number for number, token in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<|end|>", pad_token="<|pad|>")
    fast.add_special_tokens({"additional_special_tokens": marks[:3]})
    fast.chat_template = TEMPLATE
    return fast


def tiny_model(tokens: int) -> LlamaForCausalLM:
    """Two layers of 32 numbers, random."""
    return LlamaForCausalLM(
        LlamaConfig(
            vocab_size=tokens,
            hidden_size=32,
            intermediate_size=64,
            num_hidden_layers=2,
            num_attention_heads=4,
            num_key_value_heads=4,
            max_position_embeddings=1024,
        )
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
