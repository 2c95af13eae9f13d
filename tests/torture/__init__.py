"""What the project must withstand: damaged files, failing sources, kills, and questions about any day."""
