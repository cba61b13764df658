"""What the harnesses last found, written down for everybody: ``make results``."""
