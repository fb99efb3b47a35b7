"""Others' interfaces over the same harness: each thin, each optional, imported by its own module's name."""
