"""Causal language models in this process: one worker, many requests at once, keys and values kept between turns."""
