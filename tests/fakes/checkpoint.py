"""A tiny checkpoint of the tests' own: random weights, and word pieces of the tests' own words."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import torch
from transformers import BertConfig, BertForSequenceClassification, BertModel, BertTokenizerFast

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


def make_tokenizer(folder: Path, texts: Iterable[str]) -> int:
    """Writes a tokenizer whose vocabulary holds the letters and the words of these texts; gives its size."""
    words = {word for text in texts for word in text.split()}
    letters = {letter for word in words for letter in word}
    pieces = [*SPECIAL, *sorted(letters), *(f"##{letter}" for letter in sorted(letters)), *sorted(words - letters), "@"]
    pieces = list(dict.fromkeys(pieces))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.txt").write_text("\n".join(pieces) + "\n", "utf-8")
    BertTokenizerFast(vocab=str(folder / "vocab.txt"), do_lower_case=False).save_pretrained(folder)
    return len(pieces)


def make_checkpoint(folder: Path, texts: Iterable[str]) -> Path:
    """A base to fine-tune."""
    config = _config(make_tokenizer(folder, texts))
    torch.manual_seed(1)
    BertModel(config).save_pretrained(folder)
    return folder


def make_foreign_classifier(folder: Path, texts: Iterable[str], labels: Iterable[str]) -> Path:
    """A checkpoint for sequence classification as others publish them, with labels of its own."""
    config = _config(make_tokenizer(folder, texts), id2label=dict(enumerate(labels)))
    torch.manual_seed(1)
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder


def _config(vocabulary: int, **more: object) -> BertConfig:
    return BertConfig(
        vocab_size=vocabulary,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=66,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        **more,
    )
