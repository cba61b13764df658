"""The pages of staff: made here, and every form of them works without a script."""
