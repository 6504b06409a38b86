"""Convert a GGUF model to safetensors in bfloat16, with its tokenizer.

    python scripts/gguf_to_safetensors.py MODEL.gguf FOLDER

`record_real_server.py` calls it inside vLLM's environment: it needs transformers, accelerate and
gguf, which the suite itself does not.
"""

import sys
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig


def convert(source: Path, target: Path) -> None:
    """Write the model in ``source`` to the folder ``target``: whole or not at all."""
    part = target.with_suffix(".part")
    where = {"pretrained_model_name_or_path": str(source.parent), "gguf_file": source.name}
    tokenizer = AutoTokenizer.from_pretrained(**where)
    model = AutoModelForCausalLM.from_pretrained(
        **where, quantization_config=GgufConfig(dequantize=True), dtype=torch.bfloat16
    )
    model.save_pretrained(part)
    tokenizer.save_pretrained(part)
    part.rename(target)


if __name__ == "__main__":
    convert(Path(sys.argv[1]), Path(sys.argv[2]))
