"""The rows that every language's builder yields."""

Form = tuple[str, str]  # form, tag
