"""What every room stands on, and nothing about films: settings, database, clock, errors, logs."""
