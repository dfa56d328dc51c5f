"""Deciding what to say: copywriter, e-mailer, support desk, and the checks on all of them."""
