"""The PostgreSQL server and its schema: start, connect, migrate, back up, partition."""
