"""What `insight` is measured by, each figure beside a named baseline."""
