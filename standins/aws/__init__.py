"""The AWS services MiniStack lacks, built into its process for the rehearsal."""
