"""How the weights that ship were made, from open data, on a plain processor."""
