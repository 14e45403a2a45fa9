"""The encoder with its heads in torch: loaded, saved, run, and asked which word pieces moved it. Imported where it is used."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from transformers import AutoModel, AutoModelForSequenceClassification, AutoTokenizer
from transformers.utils import logging as transformers_logging

from classifiers.compact import Floats
from classifiers.transformer.description import HEADS_FILE, Description
from classifiers.transformer.pieces import Padded
from domain.errors import ModelError

_UNREADABLE: Final = (OSError, ValueError, KeyError, RuntimeError, TypeError, ImportError, AttributeError, SafetensorError)
"""What transformers raises on a folder that it cannot read, as far as seen."""


@dataclass(frozen=True, slots=True)
class Network:
    """``heads`` is one linear layer for all axes; None where the encoder is a foreign classifier with margins of its own."""

    encoder: Any
    heads: Any
    takes_parts: bool

    def margins(self, table: Padded, *, embedded: Any = None) -> Any:
        """The margins of every head as a tensor; from ``embedded`` pieces where they are given."""
        device = next(self.encoder.parameters()).device
        mask = torch.from_numpy(table.mask).to(device)
        given: dict[str, Any] = {"attention_mask": mask}
        if embedded is None:
            given["input_ids"] = torch.from_numpy(table.ids).to(device)
        else:
            given["inputs_embeds"] = embedded
        if self.takes_parts:
            given["token_type_ids"] = torch.from_numpy(table.parts).to(device)
        said = self.encoder(**given)
        return said.logits if self.heads is None else self.heads(mean_state(said.last_hidden_state, mask))

    def modules(self) -> list[Any]:
        """Encoder and heads."""
        return [self.encoder] if self.heads is None else [self.encoder, self.heads]


class TorchRunner:
    """Runs a network with torch on this process's processor. ``quantised`` keeps the linear layers in 8 bits."""

    def __init__(self, network: Network, *, threads: int, quantised: bool = False) -> None:
        torch.set_num_threads(threads)
        for module in network.modules():
            module.eval().requires_grad_(requires_grad=False)
        self._network = _in_bytes(network) if quantised else network
        self.gradients = None if quantised else self._moved_by

    def margins(self, table: Padded) -> Floats:
        """The margins of every head, one row per text."""
        with torch.inference_mode():
            return np.asarray(self._network.margins(table).numpy(), np.float32)

    def _moved_by(self, table: Padded, columns: slice, chosen: list[int]) -> Floats:
        """How far each word piece moves its text's ``chosen`` class away from the mean of the head: gradient times input."""
        layer = self._network.encoder.get_input_embeddings()
        embedded = layer(torch.from_numpy(table.ids)).detach().requires_grad_(requires_grad=True)
        margins = self._network.margins(table, embedded=embedded)[:, columns]
        lead = margins[torch.arange(len(chosen)), torch.tensor(chosen)] - margins.mean(dim=1)
        (gradient,) = torch.autograd.grad(lead.sum(), embedded)
        return np.asarray((gradient * embedded).sum(dim=2).detach().numpy(), np.float32)


def mean_state(states: Any, mask: Any) -> Any:
    """The mean of the encoder's last states over the pieces of each text."""
    weights = mask.unsqueeze(-1).to(states.dtype)
    return (states * weights).sum(dim=1) / weights.sum(dim=1).clamp(min=1.0)


def load_tokenizer(folder: Path) -> Any:
    """The folder's tokenizer. Raises ``ModelError``; nothing is fetched."""
    _quiet()
    try:
        tokenizer = AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
    except _UNREADABLE as error:
        raise ModelError(f"the tokenizer in {folder} cannot be read ({_first_line(error)})", "copy or pull it anew") from error
    if not tokenizer.is_fast:
        raise ModelError(
            f"the tokenizer in {folder} cannot tell which word a piece belongs to", "use a checkpoint with a fast one"
        )
    return tokenizer


def load_encoder(folder: Path) -> Any:
    """The folder's encoder, without heads. Raises ``ModelError``; nothing is fetched."""
    return _loaded(AutoModel, folder)


def load_network(folder: Path, description: Description, tokenizer: Any) -> Network:
    """The network that the folder describes. Raises ``ModelError``."""
    takes_parts = "token_type_ids" in tokenizer.model_input_names
    if not description.own:
        return Network(_loaded(AutoModelForSequenceClassification, folder), None, takes_parts)
    encoder = load_encoder(folder)
    heads = new_heads(encoder, description.width)
    try:
        heads.load_state_dict(load_file(folder / HEADS_FILE))
    except _UNREADABLE as error:
        raise ModelError(f"the heads in {folder} cannot be read ({_first_line(error)})", "train it anew") from error
    return Network(encoder, heads, takes_parts)


def new_heads(encoder: Any, width: int) -> Any:
    """Untrained heads for an encoder."""
    return torch.nn.Linear(encoder.config.hidden_size, width)


def save_network(network: Network, tokenizer: Any, folder: Path) -> None:
    """Writes encoder, tokenizer and heads into the folder."""
    network.encoder.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    save_file({name: value.contiguous() for name, value in network.heads.state_dict().items()}, folder / HEADS_FILE)


def _loaded(kind: Any, folder: Path) -> Any:
    _quiet()
    try:
        return kind.from_pretrained(str(folder), local_files_only=True).float()
    except _UNREADABLE as error:
        raise ModelError(
            f"the transformer in {folder} cannot be read ({_first_line(error)})", "copy, pull or train it anew"
        ) from error


def _in_bytes(network: Network) -> Network:
    with warnings.catch_warnings():
        # torch announces that this way will move to another package.
        warnings.simplefilter("ignore")
        encoder = torch.ao.quantization.quantize_dynamic(network.encoder, {torch.nn.Linear}, dtype=torch.qint8)
    return Network(encoder, network.heads, network.takes_parts)


def _quiet() -> None:
    """Bars and advice of the library belong on nobody's terminal."""
    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()


def _first_line(error: BaseException) -> str:
    return str(error).strip().split("\n", 1)[0][:200] or type(error).__name__
