"""Who a customer is: history, segment, tastes, mood, drawn into one profile."""
