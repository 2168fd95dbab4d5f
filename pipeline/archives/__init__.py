"""Files of old news, read record by record: WARC, JSON lines, CSV. No database, no network."""
