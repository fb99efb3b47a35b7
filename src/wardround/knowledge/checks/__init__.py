"""What `knowledge check` looks at, a module per question. Each takes a Draft and yields Problems."""
