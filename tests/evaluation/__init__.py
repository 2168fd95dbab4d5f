"""Score each step of the pipeline on labelled data: `python -m tests.evaluation NAME`."""
