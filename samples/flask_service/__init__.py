"""A service that is not Slipway's own: see docs/your-service.md."""
