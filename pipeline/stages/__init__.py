"""The line, in order: poll, fetch, process, link, notify. One folder is one stage; line.py joins them."""
