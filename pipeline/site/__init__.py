"""The HTTP server: the callback for WebSub hubs, and /health."""
