"""How a request leaves and what comes back: the download, the guard of addresses, the browser."""
