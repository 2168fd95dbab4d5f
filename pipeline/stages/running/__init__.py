"""The shared base of the stages: context, claim loop, concurrent requests and worker pools."""
