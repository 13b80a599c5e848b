"""One file a command. Each has `SUMMARY`, `EXAMPLE`, `arguments(parser)` and `run(options)`."""
