"""What becomes of an upload: where releases stand, and what approvers say of them."""
