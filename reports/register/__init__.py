"""The register of receipt (sổ tiếp nhận): tips that came in, without their reporters."""
