"""Who belongs together: clusters found in behaviour, watched for drift, and segments that a marketer writes as a rule."""
