"""process: turn pages into article versions with fingerprint, topics and meeting mentions."""
