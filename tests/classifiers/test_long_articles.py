"""Articles of several thousand characters: title and lead decide, and else the passages that speak of the ministry."""

from __future__ import annotations

import pytest

from classifiers.compact import load_shipped
from classifiers.tagger import Tagger, TagInput
from domain.mention import Channel
from domain.tags import Kind, Remit, Sentiment, Tags
from service.profiles import load_profile
from tests.classifiers.long_articles import ARTICLES, Article


def _tags(article: Article) -> Tags:
    tagger = Tagger(load_profile(article.profile), load_shipped())
    return tagger.tag(TagInput("1", article.title, article.text, Channel.PRESS))


@pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article.title)
def test_the_main_matter_decides(article: Article) -> None:
    assert len(article.text) > 1_000
    tags = _tags(article)
    assert (tags.remit, tags.kind, tags.sentiment) == (article.remit, article.kind, article.sentiment)


def test_the_angry_sentence_alone_is_a_complaint() -> None:
    article = ARTICLES[0]
    ending = article.text[article.text.rindex("وقال أحد الحضور") :]
    tags = Tagger(load_profile(article.profile), load_shipped()).tag(TagInput("1", "", ending, Channel.SOCIAL))
    assert (tags.remit, tags.kind, tags.sentiment) == (Remit.OURS, Kind.COMPLAINT, Sentiment.NEGATIVE)
