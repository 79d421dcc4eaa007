"""What Python code means, without a word of Kintone: text, tree, scopes, values, project."""
