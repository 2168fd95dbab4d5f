"""What every stage runs on: its context, the claim loop, concurrent requests and worker pools."""
