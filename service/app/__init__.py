"""The image classifier that staging and production run: it serves the one candidate that lies in `model/`."""
