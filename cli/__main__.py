"""`python -m cli`: the same as `hawker`, for an environment whose scripts are not on the path."""

from cli.main import run

run()
