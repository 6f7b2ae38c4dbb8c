"""What tests ran, by module: read from a report of coverage.py or Cobertura, held against thresholds and the past."""
