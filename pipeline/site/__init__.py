"""What other programs and people reach over HTTP: the callback of hubs, and whether all is well."""
