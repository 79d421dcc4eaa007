"""What code means for Kintone: requests, addresses, credentials, and what a secret looks like."""
