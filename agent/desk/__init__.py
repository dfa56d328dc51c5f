"""The support desk's parts: reading a message, policy, tools, finding, quoting, judging the model, wording."""
