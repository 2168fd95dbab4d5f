"""Pictures of the messages of each channel, rendered from what the channels send: `python -m tests.pictures FOLDER`."""
