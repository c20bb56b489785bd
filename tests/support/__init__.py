"""What tests share: fakes, servers, made data."""
