"""Which files a run looks at, and which of them are worth more than a look at their bytes."""
