"""The network as an 8-bit ONNX file: written from torch, run by onnxruntime (extra ``onnx``)."""

from __future__ import annotations

import logging
import tempfile
import warnings
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch

from classifiers.compact import Floats
from classifiers.transformer.description import ONNX_FILE, read_description
from classifiers.transformer.extra import demand_onnx
from classifiers.transformer.network import Network, load_network, load_tokenizer, mean_state
from classifiers.transformer.pieces import Padded
from domain.errors import ModelError

_INPUTS: Final = ("ids", "mask", "parts")
_OPSET: Final = 17


class OnnxRunner:
    """Runs the file in this process, on its processor."""

    gradients = None

    def __init__(self, path: Path, *, threads: int) -> None:
        demand_onnx()
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = threads
        try:
            self._session: Any = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except _errors() as error:
            raise ModelError(f"{path} cannot be read ({str(error)[:200]})", "make it anew: rasd models quantise NAME") from error
        self._takes = {each.name for each in self._session.get_inputs()}

    def margins(self, table: Padded) -> Floats:
        """The margins of every head, one row per text."""
        given = {"ids": table.ids, "mask": table.mask, "parts": table.parts}
        try:
            said = self._session.run(None, {name: given[name] for name in self._takes})
        except _errors() as error:
            raise ModelError(f"onnxruntime failed ({str(error)[:200]})", "the compact model goes on alone") from error
        return np.asarray(said[0], np.float32)


def _errors() -> tuple[type[Exception], ...]:
    """The errors of onnxruntime, which have no base of their own."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    own = [each for each in vars(state).values() if isinstance(each, type) and issubclass(each, Exception)]
    return (*own, RuntimeError, ValueError)


def quantise(folder: Path) -> Path:
    """Writes the 8-bit file beside the weights of the transformer in the folder; gives its path. Raises ``ModelError``."""
    demand_onnx()
    from onnxruntime.quantization import QuantType, quantize_dynamic

    tokenizer = load_tokenizer(folder)
    network = load_network(folder, read_description(folder), tokenizer)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".onnx-") as scratch, warnings.catch_warnings():
        # The tracer's advice is for whoever changes the network.
        warnings.simplefilter("ignore")
        whole, small = Path(scratch, "whole.onnx"), Path(scratch, ONNX_FILE)
        _export(network, whole)
        said_before = logging.root.manager.disable
        logging.disable(logging.WARNING)
        try:
            quantize_dynamic(str(whole), str(small), weight_type=QuantType.QInt8)
        finally:
            logging.disable(said_before)
        small.replace(folder / ONNX_FILE)
    return folder / ONNX_FILE


def _export(network: Network, path: Path) -> None:
    names = [name for name in _INPUTS if name != "parts" or network.takes_parts]
    for module in network.modules():
        module.eval()
    # The exporter follows plain attention; the fused one it writes with shapes of the sample.
    network.encoder.set_attn_implementation("eager")
    sample = torch.ones((2, 8), dtype=torch.long)
    wide = {0: "texts", 1: "pieces"}
    torch.onnx.export(
        _flat(network),
        (sample,) * len(names),
        str(path),
        dynamo=False,
        input_names=names,
        output_names=["margins"],
        dynamic_axes={**dict.fromkeys(names, wide), "margins": {0: "texts"}},
        opset_version=_OPSET,
    )


def _flat(network: Network) -> Any:
    """The network as one module that takes its tables by place."""

    class Flat(torch.nn.Module):  # type: ignore[misc, unused-ignore]
        def __init__(self) -> None:
            super().__init__()
            self.encoder, self.heads = network.encoder, network.heads

        def forward(self, ids: Any, mask: Any, *parts: Any) -> Any:
            given = {"token_type_ids": parts[0]} if parts else {}
            said = self.encoder(input_ids=ids, attention_mask=mask, **given)
            return said.logits if self.heads is None else self.heads(mean_state(said.last_hidden_state, mask))

    return Flat()
