"""From Scrapy's responses and errors to ours: the one place that knows both."""

from __future__ import annotations

from dataclasses import replace

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Response

from crawlers.fetching.download import SPENT
from crawlers.fetching.refusals import AddressRefused, HostAsksToWait, RobotsForbid, RobotsUnknown
from crawlers.pages import Page, Trouble
from domain.source import Cost

_PERMANENT = frozenset({301, 308})
_LATER = "it is tried again by itself"


def page_of(response: Response) -> Page:
    """A response as plain values."""
    headers = {name.decode("latin-1").lower(): b",".join(values).decode("latin-1") for name, values in response.headers.items()}
    meta = response.request.meta if response.request is not None else {}
    hops = meta.get("redirect_reasons", [])
    asked = meta.get("redirect_urls", [response.url])[0]
    moved = response.url if hops and all(reason in _PERMANENT for reason in hops) else ""
    return Page(
        url=response.url,
        status=response.status,
        body=response.body,
        headers=headers,
        requested_url=asked,
        moved_to=moved,
        cost=meta.get(SPENT, Cost(len(hops) + 1, len(response.body))),
    )


def trouble_of_error(error: BaseException | None, url: str) -> Trouble:
    """What an error of the download means, in words for the person who looks after the source."""
    match error:
        case HostAsksToWait():
            return Trouble(str(error), _LATER, retry_after=error.seconds, postponed=True)
        case RobotsForbid():
            return Trouble(str(error), "ask the site's owner for permission, or remove the source", final=True)
        case RobotsUnknown():
            return Trouble(str(error), _LATER)
        case AddressRefused():
            return Trouble(f"refused: {error}", "open the network in crawl.allow_networks if that is meant", final=True)
        case IgnoreRequest():
            return _ignored(str(error), url)
        case _:
            return replace(_no_answer(error, url), cost=Cost(requests=1))


def _no_answer(error: BaseException | None, url: str) -> Trouble:
    match error:
        case CannotResolveHostError():
            return Trouble(f"{url}: there is no host of this name", "correct the address, or look at the name server")
        case DownloadTimeoutError():
            return Trouble(f"{url} did not answer in time", _LATER)
        case DownloadConnectionRefusedError():
            return Trouble(f"{url}: the host refused the connection", _LATER)
        case ResponseDataLossError():
            return Trouble(f"{url}: the answer broke off", _LATER)
        case DownloadCancelledError() if "larger than" in str(error) or not str(error):
            return Trouble(f"{url} is too large to be read", "name a smaller page, or raise crawl.max_bytes")
        case _:
            return Trouble(f"{url} could not be read ({type(error).__name__}: {str(error)[:200]})", _LATER)


def _ignored(text: str, url: str) -> Trouble:
    if "DOWNLOAD_MAXSIZE" in text:
        return Trouble(f"{url} is too large when unpacked", "name a smaller page, or raise crawl.max_bytes")
    if "redirection" in text:
        return Trouble(f"{url} redirects without end", "correct the source's address")
    return Trouble(f"{url} was not fetched ({text[:200]})", "correct the source's address")
