"""The guides of `docs/huong-dan/`, read in the product, and the paragraph for each page."""
