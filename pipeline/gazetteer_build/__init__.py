"""Makes config/gazetteer/*.csv from the tables in its folder sources. Not needed at run time."""
