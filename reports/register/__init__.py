"""The register of receipt (sổ tiếp nhận): which tips came in, without who told them."""
