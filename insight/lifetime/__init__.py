"""What a customer will bring: orders to come, their value, the next one's date, and whether there will be any."""
