"""How good a shop's data are, and what each gap costs."""
