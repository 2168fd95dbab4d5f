"""Names, offices and the gazetteer -> the parties of a meeting."""
