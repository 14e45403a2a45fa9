"""Front and section pages whose links are read: the links, what stands beside them, the older pages."""
