"""What a build does: fetch exactly a candidate, build its image once, and pass on what is deployed and tested."""
