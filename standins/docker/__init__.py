"""A `docker` command for machines without Docker: images are folders, containers are processes."""
