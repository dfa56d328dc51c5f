"""Making the desk's reader: the shops that it learns from, its training, its trial."""
