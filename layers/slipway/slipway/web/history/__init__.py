"""What was released, when, and how well: lists, figures, and each release's story."""
