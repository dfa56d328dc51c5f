"""Who belongs together: clusters found in behaviour and watched for drift, segments that a marketer writes."""
