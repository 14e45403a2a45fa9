"""Whether the optional libraries are there, and what to install where they are not. Nothing is imported to find out."""

from __future__ import annotations

from importlib.util import find_spec

from domain.errors import ModelError


def has_torch() -> bool:
    """Whether transformers and torch are installed (extra ``camel``)."""
    return find_spec("torch") is not None and find_spec("transformers") is not None


def has_onnx() -> bool:
    """Whether onnxruntime is installed (extra ``onnx``)."""
    return find_spec("onnxruntime") is not None


def has_camel_tools() -> bool:
    """Whether camel-tools is installed (extra ``camel``)."""
    return find_spec("camel_tools") is not None


def demand_torch() -> None:
    """Raises ``ModelError`` that says what to install."""
    if not has_torch():
        raise ModelError("a transformer needs transformers and torch, which are not installed", "pip install 'rasd[camel]'")


def demand_onnx() -> None:
    """Raises ``ModelError`` that says what to install."""
    if not has_onnx():
        raise ModelError("this needs onnxruntime, which is not installed", "pip install 'rasd[camel,onnx]'")
