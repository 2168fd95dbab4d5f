"""Time each step of the pipeline on this machine: `python -m tests.bench NAME`."""
