"""An upload becomes a candidate: settled, validated, frozen, and the pipeline started for it."""
