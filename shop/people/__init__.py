"""Who of a shop's customers are one person: by which keys, with what evidence, and what speaks against it."""
