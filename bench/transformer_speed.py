"""How many texts a second a transformer judges on one thread: python -m bench.transformer_speed [--size base] [--repeats 3].

The network has random weights in the shape of a BERT (base: 12 layers of 768; small: 4 of 256): its size matters here, its words
do not. Needs the extras camel and onnx.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from classifiers.transformer.description import Description
from classifiers.transformer.fine_tune import Tuned
from classifiers.transformer.lessons import heads_for
from classifiers.transformer.model import Backend, load
from classifiers.transformer.network import Network, load_tokenizer, new_heads
from classifiers.transformer.onnx_model import quantise
from classifiers.transformer.pieces import Words
from service.profiles import SHIPPED, load_profile

SHAPES = {"base": (12, 768, 12, 3072), "small": (4, 256, 4, 1024)}
LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"


def main() -> None:
    """Runs every measurement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=SHAPES, default="base")
    parser.add_argument("--texts", type=int, default=64)
    parser.add_argument("--repeats", type=int, default=3)
    given = parser.parse_args()
    print(f"calibration loop: {statistics.median(_seconds(_calibrate) for _ in range(given.repeats)):.3f} s")
    texts = [Words((), tuple(LETTERS[(at * 7 + place) % 20 :][:5] for place in range(18))) for at in range(given.texts)]
    with tempfile.TemporaryDirectory() as scratch:
        folder = _make(Path(scratch), given.size)
        quantise(folder)
        for backend in (Backend.TORCH, Backend.TORCH_INT8, Backend.ONNX):
            model = load(folder, backend=backend)
            judge = partial(model.chances, texts, ["kind"])
            seconds = statistics.median(_seconds(judge) for _ in range(given.repeats))
            pieces = sum(len(each.ids) for each in model.cutter.cut(texts)) / len(texts)
            print(f"{given.size}, {backend}: {len(texts) / seconds:.1f} texts/s of {pieces:.0f} word pieces")


def _make(folder: Path, size: str) -> Path:
    from transformers import BertConfig, BertModel, BertTokenizerFast

    layers, hidden, heads, inner = SHAPES[size]
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *LETTERS, *(f"##{letter}" for letter in LETTERS)]
    pieces += [LETTERS[start : start + 3] for start in range(26)]
    (folder / "vocab.txt").write_text("\n".join(dict.fromkeys(pieces)) + "\n", "utf-8")
    BertTokenizerFast(vocab=str(folder / "vocab.txt"), do_lower_case=False).save_pretrained(folder)
    encoder = BertModel(
        BertConfig(
            vocab_size=30_000, hidden_size=hidden, num_hidden_layers=layers, num_attention_heads=heads, intermediate_size=inner
        )
    )
    described = Description("speed", "0", size, heads_for([load_profile(code) for code in SHIPPED]))
    tokenizer = load_tokenizer(folder)
    network = Network(encoder, new_heads(encoder, described.width), takes_parts=True)
    Tuned(network, tokenizer, described).save(folder / "model", described)
    return folder / "model"


def _calibrate() -> None:
    total = 0
    for number in range(3_000_000):
        total += number % 7


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
