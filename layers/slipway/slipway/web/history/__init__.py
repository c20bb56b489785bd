"""What was released, when, and how well: the list, delivery metrics, and each release's timeline."""
