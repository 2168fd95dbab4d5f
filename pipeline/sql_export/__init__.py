"""SQL for people: cookbook answers and whole views as files, the data dictionary, read-only sessions."""
