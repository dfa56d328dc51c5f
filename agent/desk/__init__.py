"""The support desk's parts: reading a message, policy, tools, finding and quoting, judging the model, wording in code."""
