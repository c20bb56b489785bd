"""The AWS services MiniStack lacks, built into its process."""
