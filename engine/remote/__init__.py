"""Models that run elsewhere: an `Engine` over any server that speaks OpenAI's chat completions."""
