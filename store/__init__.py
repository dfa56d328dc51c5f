"""What is remembered: shop, customers, what was said to them, and work still to do. `store.opening` opens it."""
