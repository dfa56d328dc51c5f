"""Which channel and which hour for whom, by past response, value and cost, within consent."""
