"""What is remembered: the shop, its customers, what was said to them, and the work still to do. `store.opening` opens it."""
