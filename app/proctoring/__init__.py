"""What staff do while the exam runs."""
