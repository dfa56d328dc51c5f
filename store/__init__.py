"""What is remembered: tables and queries for the shop, its customers, chats, generations and jobs."""
