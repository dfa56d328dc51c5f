"""The held-out shops: two shops that no model is trained on, and the suites that are run over them."""
