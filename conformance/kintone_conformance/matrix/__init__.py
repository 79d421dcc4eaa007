"""The matrix: many SDKs, each built and judged in its folder, side by side in one table."""
