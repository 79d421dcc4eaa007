"""Which files a run looks at, and which of them need more than a look at their bytes."""
