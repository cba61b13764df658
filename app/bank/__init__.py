"""What is asked and how it is measured: instruments and the item bank."""
