"""Pictures as SVG: rows in, one string out; with classes for the page, with literal colours for files."""
