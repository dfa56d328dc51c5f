"""What will be bought: demand as daily series, forecasts that earned it on earlier dates, trends and odd days."""
