"""Topics: tag what an article is about, by rules in config/topics.yml."""
