"""Kintone clients broken on purpose: one defect each, built on the reference client.

Each module holds the mutants of one family of requirements; `mutant` says which requirement is
meant for a mutant, and its docstring says in one sentence what it does wrong.
"""
