"""What an author does with a model's folder: look at it, try it, upload it."""
