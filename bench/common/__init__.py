"""What the drivers of bench/run share."""
