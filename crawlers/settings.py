"""The Scrapy project's settings, and how Rasd's own ``CrawlSettings`` become Scrapy's.

``scrapy list`` and ``scrapy crawl feed -a url=...`` in the repository use them as they stand here.
"""

from __future__ import annotations

from typing import Any

from domain.source import CrawlSettings

BOT_NAME = "rasd"
SPIDER_MODULES = ["crawlers.spiders"]
NEWSPIDER_MODULE = "crawlers.spiders"

USER_AGENT = CrawlSettings.__dataclass_fields__["user_agent"].default
ROBOTSTXT_OBEY = True
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/rss+xml,application/atom+xml,application/xml;q=0.9,application/pdf,*/*;q=0.8",
    "Accept-Language": "ar,en;q=0.7",
}
DOWNLOAD_HANDLERS = {
    "http": "crawlers.fetching.download.GuardedHandler",
    "https": "crawlers.fetching.download.GuardedHandler",
    "file": None,
    "data": None,
    "ftp": None,
    "s3": None,
}
DOWNLOADER_MIDDLEWARES = {
    "crawlers.middlewares.HostMiddleware": 50,
    "crawlers.middlewares.RobotsMiddleware": 100,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    # Not used here, and each costs something with every request.
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.stats.DownloaderStats": None,
}
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
}
EXTENSIONS = {
    "scrapy.extensions.corestats.CoreStats": None,
    "scrapy.extensions.spiderstate.SpiderState": None,
    "scrapy.extensions.throttle.AutoThrottle": None,
}
STATS_CLASS = "scrapy.statscollectors.DummyStatsCollector"
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"

# A failed request is reported with its reason and tried again by the polling policy, with its backoff, and not at once.
RETRY_ENABLED = False
REDIRECT_MAX_TIMES = 8
# No state between requests, no settings from the environment, no consoles.
COOKIES_ENABLED = False
HTTPPROXY_ENABLED = False
METAREFRESH_ENABLED = False
TELNETCONSOLE_ENABLED = False
MEMUSAGE_ENABLED = False
# Results leave through ``emit`` and not as items: Scrapy starts this many workers with each answer, 100 as it comes, and
# that costs it almost half of its speed.
CONCURRENT_ITEMS = 1
LOGSTATS_INTERVAL = 0
STATS_DUMP = False
LOG_LEVEL = "INFO"
# Spacing is kept by the host's clock (crawlers.politeness.hosts), over all crawls, redirects and robots.txt; Scrapy's own is each
# crawl's.
DOWNLOAD_DELAY = 0
CONCURRENT_REQUESTS_PER_DOMAIN = 2
DOWNLOAD_TIMEOUT = 30
DOWNLOAD_MAXSIZE = 10 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
RASD_ALLOW_NETWORKS: list[str] = []


def scrapy_settings(crawl: CrawlSettings) -> dict[str, Any]:
    """Scrapy's settings for these of ours: the constants above, with what the configuration says."""
    constants = {name: value for name, value in globals().items() if name.isupper()}
    return constants | {
        "USER_AGENT": crawl.user_agent,
        "ROBOTSTXT_OBEY": crawl.obey_robots,
        "CONCURRENT_REQUESTS_PER_DOMAIN": crawl.per_host_concurrency,
        "CONCURRENT_REQUESTS": max(crawl.total_concurrency, crawl.per_host_concurrency),
        "DOWNLOAD_TIMEOUT": crawl.timeout,
        "DOWNLOAD_MAXSIZE": crawl.max_bytes,
        "RASD_ALLOW_NETWORKS": list(crawl.allow_networks),
    }
