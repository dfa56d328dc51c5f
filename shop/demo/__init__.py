"""The demo shop: Fernhill Outfitters, an invented outdoor shop, and a simulator of its customers."""

from pathlib import Path

DEMO_BRAND = "Fernhill Outfitters"
DEMO_CAMPAIGN = Path(__file__).with_name("winback.yaml")
"""a CAMPAIGN.yaml that the demo runs"""
