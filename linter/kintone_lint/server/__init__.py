"""The language server: what an editor is told while somebody types. It speaks LSP over stdio."""
