"""Watch queries: what concerns the ministry (REQUIREMENTS G6), in the boolean language of DESIGN 4."""

from classifiers.watch.matching import Span, Watcher, WatchHit, compile_queries
from classifiers.watch.syntax import parse

__all__ = ["Span", "WatchHit", "Watcher", "compile_queries", "parse"]
