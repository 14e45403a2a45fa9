"""Fine-tuning: a checkpoint and the lessons become a transformer of our own (``rasd train --base``). Needs the extra ``camel``.

One encoder, one linear layer for all heads; a text trains the heads that it has labels for. Each head is then calibrated by a
temperature on texts that were held out. Everything follows from the seed.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import torch

from classifiers.compact import Floats, softmax
from classifiers.scores import accuracy, calibration_error, macro_f1
from classifiers.transformer.description import HEADS_FILE, Description, Head, sha256_of
from classifiers.transformer.lessons import Lesson, languages_of
from classifiers.transformer.model import TransformerModel
from classifiers.transformer.network import Network, TorchRunner, load_encoder, load_tokenizer, new_heads, save_network
from classifiers.transformer.pieces import Cutter, Pieces
from domain.errors import InputError, ModelError

Progress = Callable[[str], None]
_TEMPERATURES: Final = tuple(round(0.5 * 1.1**step, 4) for step in range(24))
_WARM_UP: Final = 0.1
_UNLABELLED: Final = -100
_FEWEST: Final = 8
"""A head with fewer held-out labels than this keeps the temperature 1."""
_WEIGHTS: Final = ("model.safetensors", "pytorch_model.bin", HEADS_FILE)


@dataclass(frozen=True, slots=True)
class Plan:
    """How it is trained. ``rate`` is the encoder's, ``head_rate`` the heads'; ``longest`` is in word pieces."""

    epochs: int = 3
    rate: float = 3e-5
    head_rate: float = 1e-3
    batch: int = 16
    longest: int = 192
    seed: int = 20261121
    threads: int = 1


@dataclass(frozen=True, slots=True)
class Tuned:
    """A fine-tuned network that is not written yet."""

    network: Network
    tokenizer: Any
    description: Description

    def model(self, threads: int = 1) -> TransformerModel:
        """It, ready to be asked."""
        cutter = Cutter(self.tokenizer, self.description.longest)
        return TransformerModel(self.description, cutter, TorchRunner(self.network, threads=threads))

    def save(self, folder: Path, description: Description) -> Description:
        """Writes weights, tokenizer and description (with the files' checksums and a version of them) into the folder."""
        from classifiers.transformer.description import write_description

        folder.mkdir(parents=True, exist_ok=True)
        save_network(self.network, self.tokenizer, folder)
        files = {name: sha256_of(folder / name) for name in _WEIGHTS if (folder / name).is_file()}
        version = hashlib.sha256("".join(files.values()).encode("ascii")).hexdigest()[:8]
        written = replace(description, files=files, version=version)
        write_description(folder, written)
        return written


def fine_tune(base: Path, name: str, lessons: Sequence[Lesson], heads: Sequence[Head], plan: Plan, progress: Progress) -> Tuned:
    """A network fine-tuned from the checkpoint in ``base``. Raises ``ModelError`` for the checkpoint, ``InputError`` for too
    few lessons."""
    learnt = [lesson for lesson in lessons if not lesson.held_out and len(lesson.words)]
    held = [lesson for lesson in lessons if lesson.held_out and len(lesson.words)]
    if len(learnt) < plan.batch:
        raise InputError(f"{len(learnt)} labelled texts are too few to learn from", "name a corpus with --corpus DIR")
    torch.set_num_threads(plan.threads)
    with torch.random.fork_rng():
        torch.manual_seed(plan.seed)
        tokenizer, encoder = load_tokenizer(base), load_encoder(base)
        longest = min(plan.longest, _positions(encoder))
        cutter = Cutter(tokenizer, longest)
        blank = Description(name, "untrained", base.name, tuple(heads), longest, languages_of(lessons))
        network = Network(encoder, new_heads(encoder, blank.width), "token_type_ids" in tokenizer.model_input_names)
        _train(network, cutter, learnt, blank, plan, progress)
    tuned = Tuned(network, tokenizer, blank)
    margins = tuned.model(plan.threads).margins(cutter.cut([lesson.words for lesson in held]))
    calibrated, scores = _calibrated(blank, held, margins)
    card = {"lessons": len(learnt), "held_out": len(held), "epochs": plan.epochs, "seed": plan.seed, "scores": scores}
    return replace(tuned, description=replace(blank, heads=calibrated, card=card))


def _positions(encoder: Any) -> int:
    """How many word pieces the encoder can take; models of the RoBERTa family keep two places for themselves."""
    return int(getattr(encoder.config, "max_position_embeddings", 512)) - 2


def _train(
    network: Network, cutter: Cutter, lessons: Sequence[Lesson], description: Description, plan: Plan, progress: Progress
) -> None:
    device = "cuda" if torch.cuda.is_available() else "cpu"
    for module in network.modules():
        module.to(device).train().requires_grad_(requires_grad=True)
    pieces = cutter.cut([lesson.words for lesson in lessons])
    labels = _labels(lessons, description)
    optimiser = torch.optim.AdamW(
        [
            {"params": list(network.encoder.parameters()), "lr": plan.rate},
            {"params": list(network.heads.parameters()), "lr": plan.head_rate},
        ],
        weight_decay=0.01,
    )
    steps = plan.epochs * math.ceil(len(lessons) / plan.batch)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _rate(step, steps))
    for epoch in range(plan.epochs):
        losses = []
        for rows in _shuffled(pieces, plan, epoch):
            loss = _loss(network.margins(cutter.pad([pieces[row] for row in rows])), labels[rows], description)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_([each for module in network.modules() for each in module.parameters()], 1.0)
            optimiser.step()
            schedule.step()
            losses.append(loss.item())
        progress(f"epoch {epoch + 1} of {plan.epochs}: loss {np.mean(losses):.3f}")
        if not np.isfinite(losses).all():
            raise ModelError("the training lost its numbers", "lower the learning rate with --rate")
    for module in network.modules():
        module.to("cpu").eval()


def _rate(step: int, steps: int) -> float:
    """The share of the learning rate: up over the first tenth, then down to nothing."""
    warm = max(1, int(_WARM_UP * steps))
    return (step + 1) / warm if step < warm else max(0.0, (steps - step) / max(1, steps - warm))


def _shuffled(pieces: Sequence[Pieces], plan: Plan, epoch: int) -> Iterator[list[int]]:
    """The rows in batches: shuffled, then put beside rows of like length among the next few batches."""
    dice = np.random.default_rng((plan.seed, epoch))
    order = dice.permutation(len(pieces)).tolist()
    near = plan.batch * 8
    nearby = [sorted(order[start : start + near], key=lambda row: len(pieces[row].ids)) for start in range(0, len(order), near)]
    sorted_near = [row for rows in nearby for row in rows]
    batches = [sorted_near[start : start + plan.batch] for start in range(0, len(order), plan.batch)]
    yield from (batches[number] for number in dice.permutation(len(batches)).tolist())


def _labels(lessons: Sequence[Lesson], description: Description) -> npt.NDArray[np.int64]:
    """A row per lesson and a column per head; where there is no label, a number that the loss passes over."""
    return np.array([[lesson.labels.get(head.key, _UNLABELLED) for head in description.heads] for lesson in lessons], np.int64)


def _loss(margins: Any, labels: npt.NDArray[np.int64], description: Description) -> Any:
    """The mean over the labelled cells of the batch, whatever their head."""
    wanted = torch.from_numpy(labels).to(margins.device)
    total = margins.new_zeros(())
    for column, head in enumerate(description.heads):
        if (labels[:, column] >= 0).any():
            part = margins[:, description.columns[head.key]]
            total = total + torch.nn.functional.cross_entropy(
                part, wanted[:, column], ignore_index=_UNLABELLED, reduction="sum"
            )  # fmt: skip
    return total / max(1, int((labels >= 0).sum()))


def _calibrated(
    description: Description, held: Sequence[Lesson], margins: Floats
) -> tuple[tuple[Head, ...], dict[str, dict[str, float | None]]]:
    """The heads with the temperatures that fit the held-out texts best, and their scores there."""
    labels = _labels(held, description)
    heads, scores = [], {}
    for column, head in enumerate(description.heads):
        rows = np.flatnonzero(labels[:, column] >= 0) if len(held) else np.zeros(0, np.int64)
        if len(rows) < _FEWEST:
            heads.append(head)
            continue
        truth, own = labels[rows, column], margins[rows, description.columns[head.key]]
        temperature = min(_TEMPERATURES, key=lambda each: _cost(truth, own, each))
        heads.append(replace(head, temperature=temperature))
        chances = softmax(np.asarray(own / temperature, np.float32))
        guesses = chances.argmax(axis=1)
        scores[head.key] = {
            "macro_f1": macro_f1(truth, guesses, np.ones(len(truth), bool), len(head.classes)),
            "accuracy": accuracy(truth == guesses),
            "calibration_error": calibration_error(truth, chances),
        }
    return tuple(heads), scores


def _cost(truth: npt.NDArray[np.int64], margins: Floats, temperature: float) -> float:
    chances = softmax(np.asarray(margins / temperature, np.float32))[np.arange(len(truth)), truth]
    return float(-np.log(np.maximum(chances, 1e-9)).mean())
