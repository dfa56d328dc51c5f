"""What to show to whom: several sources of candidates, a ranker over them, reasons, and a share for exploring."""
