"""notify: deliver the alerts of the outbox to their channels."""
