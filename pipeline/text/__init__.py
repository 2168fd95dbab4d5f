"""From a page's bytes to a clean, dated article in a known language. Pure."""
