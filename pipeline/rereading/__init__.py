"""When a page is looked at again, and what a text is to those the article had before. Pure."""
